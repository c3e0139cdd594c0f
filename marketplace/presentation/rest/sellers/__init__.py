"""Sellers and their members."""
