"""What editors of the demo find to do, and what its readers opened most: searches in sums, a draft of a colleague."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.desk.actions.flagging import flag_article
from portal.desk.rules import FlagKind
from portal.editing.actions.proposing import Draft, propose
from portal.faq.models import ArticleCount, SearchCount
from portal.faq.queries import edition, library
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, insert_or_add, transaction
from portal.foundation.i18n import offered
from portal.journal.rules import Actor
from portal.questions.models import Question

# Language, words, days ago, searches, and after how many of them a question was sent. Nobody opened what was found.
_MISSED = (
    ("de", "drucker im wlan", 1, 4, 1),
    ("de", "wlan drucker", 3, 3, 0),
    ("de", "drucker im wlan", 9, 2, 1),
    ("de", "rechnung auf firma umschreiben", 2, 3, 1),
    ("de", "rechnung auf firma umschreiben", 16, 2, 0),
    ("de", "netflix", 5, 3, 1),
    ("en", "printer on wifi", 4, 2, 0),
)
# Words that the demo's articles really do not answer; a test searches for all of them.
WITHOUT_RESULT = ("netflix", "dyndns", "webspace")
# What readers opened most from searches within a month: the number of the article, and how often in each language.
_OPENED = ((225, 34), (205, 27), (122, 21), (207, 18), (342, 12), (364, 9))
_FLAGGED = 323
_DRAFT = Draft(
    "de",
    "Drucker mit dem WLAN verbinden",
    "1. Am Drucker die Einstellungen für das Netz öffnen\n"
    "2. Den Namen Ihres WLANs wählen\n"
    "3. Das Kennwort von der Rückseite der TalBox eingeben\n\n"
    "Danach zeigt der Drucker [entfernt: Name] im Netz an.",
    keywords="drucker im wlan",
    remark="Danach wird oft gefragt.",
)


def show_work_for_editors(now: datetime, *, by: Actor) -> None:
    """A few gaps of the last weeks, and one proposal made of the newest answered question in German."""
    today = clock.today(COMPANY.here().zone)
    with transaction():
        for language, words, days_ago, searches, asked in _MISSED:
            if language in offered():
                _search(language, words, today - timedelta(days=days_ago), searches, asked)
        for language in offered() if library().is_ready else ():
            _open(language, today - timedelta(days=2))
    answered = select(Question.id).where(Question.language == "de", Question.first_answered_at.is_not(None))
    newest = db.session.scalar(answered.order_by(Question.id.desc()).limit(1))
    if newest is not None:
        propose(_DRAFT, newest, by=by, now=now - timedelta(hours=1))
        _flag(newest, by=by, now=now - timedelta(hours=2))


def _open(language: str, day: date) -> None:
    """Readers opened articles of the demo; none where the content is another one."""
    for number, clicks in _OPENED:
        if edition(language).by_number(number):
            key = {"language": language, "day": day, "article_number": number}
            db.session.execute(insert_or_add(ArticleCount, key, {"clicks": clicks}))


def _flag(question_id: int, *, by: Actor, now: datetime) -> None:
    """What a colleague found wrong with an article of the demo; nothing where the content is another one."""
    entry = edition("de").by_number(_FLAGGED) if library().is_ready and "de" in offered() else None
    if entry is not None:
        sentence = "In Mein Talwind heißt der Weg jetzt „Mobilfunk > Karten“, nicht mehr „Mobilfunk > Ersatz“."
        flag_article(question_id, entry, FlagKind.OUTDATED, sentence, by=by, now=now)


def _search(language: str, words: str, day: date, searches: int, asked: int) -> None:
    key = {"language": language, "words": words, "day": day}
    without_result = searches if words in WITHOUT_RESULT else 0
    amounts = {"searches": searches, "without_result": without_result, "clicks": 0, "asked": asked}
    db.session.execute(insert_or_add(SearchCount, key, amounts))
