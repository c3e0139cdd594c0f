"""What every area builds on."""
