"""The FAQ: articles from Markdown files, their search, and what readers say about them."""
