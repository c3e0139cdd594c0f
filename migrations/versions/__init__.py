"""One file per revision, named in the order in which they are applied."""
