"""What clients may assume."""
