"""How the database is asked: connections, statements of each kind, what waits for whom, and what is tried again."""
