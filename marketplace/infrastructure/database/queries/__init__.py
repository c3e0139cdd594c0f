"""The queries that the application asks for: one module per area."""
