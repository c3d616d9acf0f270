"""Every way to reach a person, with its hours and whether it is open now."""
