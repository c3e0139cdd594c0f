"""Measures what requests cost: `tox -e bench`. docs/performance.md tells how figures are made."""
