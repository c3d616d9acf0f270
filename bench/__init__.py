"""Measurements of the portal: speed beside a yardstick, quality of the search, what an auditor sees, pictures."""
