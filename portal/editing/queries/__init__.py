"""Named reads for editors."""
