"""The money side of an order, as the payment provider tells it."""
