"""What happens to declarations: each verb is one transaction with its entry in the record."""
