"""Mail that comes in: kept as it came, read in a child process, then a question, a message, or work for a person."""
