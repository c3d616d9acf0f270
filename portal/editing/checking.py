"""Try what an editor has written by the builder's own rules, before anything is saved."""

from threading import BoundedSemaphore

from portal.faq.library import KEEPER
from portal.faq.library.faults import Fault
from portal.faq.library.tools.trial import Trial, try_text
from portal.faq.queries import library
from portal.foundation.config import CONFIG
from portal.foundation.database import end_reading

# Two at a time in one web process: others wait, readers do not.
_TURNS = BoundedSemaphore(2)


def tried(text: str, file: str) -> Trial:
    """What the text would look like in the place of that file, and its faults."""
    kept = KEEPER.here()
    # PostgreSQL ends whoever holds a transaction for half a minute and does nothing, and what was typed with them.
    end_reading()
    with _TURNS:
        return try_text(
            text,
            file,
            content=CONFIG.here().content,
            derived=CONFIG.here().data / "derived",
            languages=kept.languages,
            default_language=kept.default_language,
        )


def same_title(title: str, language: str, file: str) -> str:
    """The file of another article of that language with this title; "" when the title is free."""
    wanted = " ".join(title.split()).casefold()
    taken = (
        each.file
        for each in library().articles.values()
        if each.language == language and each.file != file and " ".join(each.title.split()).casefold() == wanted
    )
    return next(taken, "")


def lines_of(faults: list[Fault]) -> list[Fault]:
    """Faults in the order of the text, those that forbid saving first."""
    return sorted(faults, key=lambda fault: (not fault.is_error, fault.line))
