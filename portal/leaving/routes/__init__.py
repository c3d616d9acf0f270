"""Addresses of leaving: the two pages on which people declare, and the receipt."""

from portal.leaving.routes import choices, objections, pages, receipts, retractions
from portal.leaving.routes.blueprint import bp
