"""Addresses of leaving: the two pages on which people declare, and the receipt."""

from portal.leaving.routes import pages, receipts
from portal.leaving.routes.blueprint import bp

__all__ = ["bp", "pages", "receipts"]
