"""What the application is held against: the same answers by less, or by more."""
