"""Addresses of the room; importing this package hangs every route on the blueprint."""

from portal.accounts.routes import changing, company_sign_in, factor, passwords, registering, sessions, signing_in
from portal.accounts.routes.blueprint import bp, company
