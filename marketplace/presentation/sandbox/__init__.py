"""What a buyer sees of the sandbox payment provider."""
