"""Verbs of the room, split by noun."""
