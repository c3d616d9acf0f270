"""Incidents, from outside and from the desk."""
