"""The command line, `marketplace` and `flask`. What the commands do arrives from `main`."""
