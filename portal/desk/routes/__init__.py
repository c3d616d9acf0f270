"""Addresses of the desk; importing this package hangs every route on the blueprint."""

from portal.desk.routes import case, live, notices, queues, search, verbs, views
from portal.desk.routes.blueprint import bp

__all__ = ["bp", "case", "live", "notices", "queues", "search", "verbs", "views"]
