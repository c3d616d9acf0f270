"""Declarations of people who leave, as the desk shows them: words, lines, and two reports."""
