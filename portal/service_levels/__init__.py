"""Opening hours and, later, the promises that are counted in them."""
