"""How the marketplace does."""
