"""One problem, many cases: what is known, told once to all it concerns."""
