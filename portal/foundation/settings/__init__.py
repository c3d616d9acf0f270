"""Every setting, how each is read, and the addresses of servers that settings name."""
