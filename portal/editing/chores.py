"""What the worker does for editors: whoever asked is told once that the article is there.

Each link between article and question is a transaction of its own and looked at again inside it, and the stamp of the
mail is the same for every worker: nobody is told twice.
"""

from datetime import datetime, timedelta

from portal.editing.notices import tell_written
from portal.faq.library import KEEPER, Library
from portal.faq.models import ArticleOrigin
from portal.faq.origins import is_any_untold, untold_articles, untold_of
from portal.faq.rules import Entry
from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction
from portal.foundation.i18n import local_time
from portal.journal.actions import record
from portal.journal.rules import SYSTEM
from portal.questions.models import Question
from portal.questions.queries import customer_of
from portal.questions.rules import ClosedBy

_BATCH = 50
_NOT_MEANT = (ClosedBy.SPAM, ClosedBy.MERGE)


def tell_askers(now: datetime) -> bool:
    """Tell those whose article is public by now; True when more are waiting."""
    library = KEEPER.here().adopt()
    for number in untold_articles():
        entries = {language: _public(library, number, language, now) for language in library.languages}
        if not any(entries.values()):
            continue
        waiting = untold_of(number, limit=_BATCH)
        for question_id in waiting:
            _tell(number, question_id, entries, now)
        if len(waiting) == _BATCH:
            return True
    return False


def _public(library: Library, number: int, language: str, now: datetime) -> Entry | None:
    today = local_time(now).date()
    return library.numbered(number, language, today)


def _tell(number: int, question_id: int, entries: dict[str, Entry | None], now: datetime) -> None:
    with transaction():
        origin = db.session.get(ArticleOrigin, (number, question_id), with_for_update=True, populate_existing=True)
        if origin is None or origin.told_at is not None:
            return
        origin.told_at = now
        question = db.session.get_one(Question, question_id)
        entry = entries.get(question.language)
        if question.closed_by in _NOT_MEANT or entry is None:
            return
        customer = customer_of(question)
        tell_written(question, customer, number, entry.title, now=now)
        record("question.article_told", "question", question.id, by=SYSTEM, at=now, article=number)


CHORES = (Chore("editing.askers", tell_askers, every=timedelta(seconds=10), is_due=is_any_untold),)
