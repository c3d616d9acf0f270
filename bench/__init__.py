"""Measurements of the portal: speed beside a yardstick, quality of the search, what an auditor sees, pictures."""

import portal  # noqa: F401  (some of these ask for SQLite at once, and the portal knows which is the right one)
