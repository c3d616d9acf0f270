"""Verbs that only staff have."""
