"""What may go wrong in a house like this one, done to it on purpose (docs/faults.md)."""
