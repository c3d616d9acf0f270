"""The party we serve; exists with or without an account."""
