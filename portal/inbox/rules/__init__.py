"""What becomes of a mail that came in; plain values alone."""
