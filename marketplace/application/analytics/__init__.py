"""How the marketplace does. It has no domain package: it reads what all the areas hold."""
