"""A multi-seller internet marketplace backend."""

__version__ = "0.1.0"
