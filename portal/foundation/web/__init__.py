"""A request on its way in, and what an answer carries on its way out."""
