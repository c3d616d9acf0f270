"""Addresses of the room; importing this package hangs every route on the blueprint."""

from portal.accounts.routes import changing, factor, passwords, registering, sessions, signing_in
from portal.accounts.routes.blueprint import bp

__all__ = ["bp", "changing", "factor", "passwords", "registering", "sessions", "signing_in"]
