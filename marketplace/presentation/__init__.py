"""How the world reaches the use cases: the REST API, the command line and the worker."""
