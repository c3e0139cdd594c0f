"""How sellers ship."""
