"""Addresses of the room; importing this package hangs every route on the blueprint."""

from portal.questions.routes import (
    asking,
    asking_parts,
    drafts,
    ending,
    fairness,
    listing,
    receipts,
    reply_drafts,
    replying,
    showing,
    uploads,
)
from portal.questions.routes.blueprint import bp
