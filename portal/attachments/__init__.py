"""Files that people send: checked by content, kept under random names, shown only re-encoded."""
