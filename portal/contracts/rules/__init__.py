"""The terms of contracts, what the law forbids in them, and how numbers and names are compared."""
