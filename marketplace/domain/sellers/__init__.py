"""Who sells: the seller, its members and its admission to the marketplace."""
