"""Numbers that people say and type: letter, year, sequence, check digit."""
