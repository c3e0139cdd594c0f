"""Use cases. Knows the domain, and what it needs from outside as protocols."""
