"""The pages on which administrators and sellers see how sales go. They change nothing."""
