"""Numbered questions with a dated promise."""
