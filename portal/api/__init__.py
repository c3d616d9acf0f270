"""What other programs of the company ask and write: tokens, contracts, customers, questions (docs/api.md)."""
