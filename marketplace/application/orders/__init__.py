"""Placing orders and reading them."""
