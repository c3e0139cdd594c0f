"""The documentation. Python in here makes parts of it from the code; see `hooks`."""
