"""The REST API, a package for each area."""
