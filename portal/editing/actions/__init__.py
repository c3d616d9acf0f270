"""What editors do: each a transaction, with its entry in the history."""
