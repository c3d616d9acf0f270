"""Named reads: the edition that a reader sees."""

from dataclasses import dataclass
from datetime import date

from werkzeug.exceptions import ServiceUnavailable

from portal.faq.library import KEEPER, Edition, Library
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.i18n import current_language
from portal.foundation.web.here import globals_here


def library() -> Library:
    """All content as it is now; the same object for the whole request, even when it changes meanwhile."""
    here = globals_here()
    found: Library | None = here.get("library")
    if found is None:
        found = here.library = KEEPER.here().library
    return found


def ready_library() -> Library:
    """All content, or 503 while this process has none yet: an empty page or a 404 would be a lie that others keep."""
    found = library()
    if not found.is_ready:
        raise ServiceUnavailable(retry_after=5)
    return found


def today() -> date:
    """The date at the company."""
    return clock.today(COMPANY.here().zone)


def edition(language: str | None = None) -> Edition:
    """What the public may read today in a language; without one, in the reader's: the same all through a request."""
    asked, here = language or current_language(), globals_here()
    found: Edition | None = here.get("edition")
    if found is None or found.language != asked:
        found = here.edition = ready_library().edition(asked, today())
    return found


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the home page to here."""

    title: str
    url: str
