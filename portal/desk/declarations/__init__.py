"""Declarations of people who leave, in the words of the desk."""
