"""Addresses of the lead's room; importing this package hangs every route on the blueprint."""

from portal.lead.routes import audit, guide, mails, people, preview, tags, tokens, views
from portal.lead.routes.blueprint import bp
