"""Alembic's environment and the revisions; packaged as `marketplace.migrations`."""
