"""Decisions about declarations: plain values, the standard library, and the time as an argument."""
