"""What a process does for itself: its logs, its memory, its clock, what it counts."""
