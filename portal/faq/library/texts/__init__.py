"""One text of the content: its head, its words, its pictures, and Markdown that others wrote."""
