"""Products from and to files."""
