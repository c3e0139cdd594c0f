"""What the demo shows: accounts, sellers and a catalogue, the same every time."""
