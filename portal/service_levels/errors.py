"""What can go wrong with promises and opening hours, by name."""

from portal.foundation.errors import PortalError


class NeverOpen(PortalError):
    """The wanted working time does not pass within 400 days: the opening hours are too few or the target too long."""

    status = 500


class ImpossibleHappening(PortalError):
    """What was to happen cannot happen while it is this side's turn, for example moving a promise that nobody gave."""

    status = 409


class DateNotAhead(PortalError):
    """A promise can only be moved to a moment in the future."""


class DateTooFar(PortalError):
    """A promise can only be moved to a moment within 400 days."""
