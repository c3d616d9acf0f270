"""What operators need: whether the portal is well, its backups, moving it, and its numbers."""
