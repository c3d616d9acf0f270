"""Machines of others, and work on what strangers send."""
