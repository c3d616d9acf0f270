"""Ending a contract, withdrawing from it, and what follows: declarations are taken first and judged afterwards."""
