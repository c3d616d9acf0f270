"""What customers have agreed with us: product, numbers, terms, and until when."""
