"""Addresses of the desk; importing this package hangs every route on the blueprint."""

from portal.desk.routes import queues
from portal.desk.routes.blueprint import bp

__all__ = ["bp", "queues"]
