"""The repositories that the domain asks for, over PostgreSQL."""
