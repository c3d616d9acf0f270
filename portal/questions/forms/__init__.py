"""The shape of what customers type."""
