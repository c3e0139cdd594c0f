"""Products from and to files over HTTP."""
