"""Opening hours, and the promises that are counted in them."""
