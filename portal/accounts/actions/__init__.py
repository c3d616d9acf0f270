"""What changes an account, split by occasion."""
