"""What somebody reads whose link opens nothing: the same for one that has expired and one that never was."""

from flask_babel import lazy_gettext as _l

from portal.foundation.errors import PortalError


class LinkOver(PortalError):
    """The key of a mailed link is unknown, expired or used; whose it may have been is never told."""

    status = 404
    page = "errors/link.html"

    def __init__(self) -> None:
        super().__init__(
            _l(
                "What you want to tell us counts in any other way as well: write or call us, "
                "and name the number that stands in our mail."
            )
        )
