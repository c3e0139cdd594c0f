"""Stock, over HTTP."""
