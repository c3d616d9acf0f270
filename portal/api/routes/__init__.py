"""Addresses of the interface; importing this package hangs every route on the blueprint."""

from portal.api.routes import books, customers, questions, tokens
from portal.api.routes.blueprint import bp
