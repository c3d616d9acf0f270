"""The case page: its parts, most of them printed once for each shape of a case, and how they are put together."""
