"""Orders: what a buyer bought, and the part of it that each seller fulfils."""
