"""From the content folder to a snapshot and an index: the builder, and the children that it works in."""
