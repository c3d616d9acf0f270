"""What can go wrong with promises and opening hours, by name."""

from flask_babel import lazy_gettext as _l

from portal.foundation.errors import PortalError


class NeverOpen(PortalError):
    """The wanted working time does not pass within 400 days: the opening hours are too few or the target too long."""

    status = 500


class ImpossibleHappening(PortalError):
    """What was to happen cannot happen while it is this side's turn, for example moving a promise that nobody gave.

    Whoever reads the sentence pressed a button that was there a moment ago.
    """

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This is not possible any more: something has changed meanwhile."))


class DateNotAhead(PortalError):
    """A promise can only be moved to a moment in the future."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("This moment has passed. Please choose a later one."))


class DateTooFar(PortalError):
    """A promise can only be moved to a moment within 400 days."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("This day lies too far away: a promise reaches 400 days ahead at most."))
