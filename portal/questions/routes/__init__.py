"""Addresses of the room; importing this package hangs every route on the blueprint."""

from portal.questions.routes.blueprint import bp

__all__ = ["bp"]
