"""Roles, and what they may open."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody who signs in is here for."""

    CUSTOMER = "customer"
    AGENT = "agent"
    LEAD = "lead"
    EDITOR = "editor"
    ADMIN = "admin"


STAFF = frozenset({Role.AGENT, Role.LEAD, Role.EDITOR, Role.ADMIN})
