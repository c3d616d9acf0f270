"""Named reads of the desk."""
