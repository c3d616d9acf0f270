"""What customers have ordered and what they were billed, as the company's books say."""
