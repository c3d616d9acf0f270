"""What reports say, beside a count by hand."""
