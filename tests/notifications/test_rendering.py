"""What a mail says: in the recipient's language, in 72 columns, with nothing of a stranger's words."""
