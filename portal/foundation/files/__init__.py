"""Files: written for good, counted in, read again when they change, made for spreadsheets, read from offices."""
