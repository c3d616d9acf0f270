"""Addresses of the room; importing this package hangs every route on the blueprints."""

from portal.departure.routes import closing, erasing, taking
from portal.departure.routes.blueprint import bp, short
