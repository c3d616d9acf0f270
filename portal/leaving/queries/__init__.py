"""Named reads of declarations."""
