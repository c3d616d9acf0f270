"""What customers are told, split by occasion."""
