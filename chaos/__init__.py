"""Shows what holds under load and faults: `tox -e chaos`. docs/operations/chaos.md explains it."""
