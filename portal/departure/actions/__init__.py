"""Close, open again, erase."""
