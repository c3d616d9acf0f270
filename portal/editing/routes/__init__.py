"""Addresses of editors; importing this package hangs every route on the blueprint."""

from portal.editing.routes import (
    categories,
    creating,
    flags,
    gaps,
    languages,
    lists,
    proposals,
    reading,
    versions,
    writing,
)
from portal.editing.routes.blueprint import bp
