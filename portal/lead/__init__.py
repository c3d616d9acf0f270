"""What leads and operators look after: people, views, tags, audit log, first steps, and how customers see it."""
