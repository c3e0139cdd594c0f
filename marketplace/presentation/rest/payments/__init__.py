"""Payments, over HTTP."""
