"""Addresses of the desk; importing this package hangs every route on the blueprint."""

from portal.desk.routes import (
    bulk,
    case,
    contract_imports,
    contracts,
    drafts,
    fairness,
    incidents,
    live,
    notices,
    presence,
    queues,
    search,
    verbs,
    views,
    writing,
)
from portal.desk.routes.blueprint import bp

__all__ = [
    "bp",
    "bulk",
    "case",
    "contract_imports",
    "contracts",
    "drafts",
    "fairness",
    "incidents",
    "live",
    "notices",
    "presence",
    "queues",
    "search",
    "verbs",
    "views",
    "writing",
]
