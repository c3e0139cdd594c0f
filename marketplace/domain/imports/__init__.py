"""Files of products that sellers hand in."""
