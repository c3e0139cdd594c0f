"""A history of orders, as the application would have written it, loaded by COPY."""
