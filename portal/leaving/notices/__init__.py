"""Who is told what about a declaration."""
