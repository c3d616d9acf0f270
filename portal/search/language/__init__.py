"""What is known of words: letters, stems, compounds, families, synonyms, near misses."""
