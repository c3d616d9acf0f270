"""What happened, to what, by whom: the history of everything, and the append-only audit of access."""
