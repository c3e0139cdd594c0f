"""How sellers ship: their methods, and which of them fit an order."""
