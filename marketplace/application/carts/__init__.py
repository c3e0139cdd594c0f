"""Filling a cart, and what there is to order of it."""
