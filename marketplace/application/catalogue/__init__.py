"""Categories, products and offers."""
