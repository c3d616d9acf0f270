"""The index: analysed and built, published, opened, and the tables in which it lies."""
