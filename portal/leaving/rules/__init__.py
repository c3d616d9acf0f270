"""Decisions about declarations: plain values, the standard library and the terms of contracts; the time is given."""
