"""What an answer is made of: greeting and closing in the customer's language, and texts to put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.desk.access import Case
from portal.desk.replies import REPLIES_FOLDER, Reply, fill
from portal.desk.routes.blueprint import staff
from portal.faq.rules import Entry
from portal.faq.search import entries_by_title
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.i18n import LOCALES, local_moment
from portal.questions.thread.articles import article_address
from portal.questions.thread.headline import date_named

_NAME = "\x02name\x03"
_ARTICLES = 6


@dataclass(frozen=True)
class Letter:
    """What an answer begins and ends with."""

    greeting: str
    closing: str

    @property
    def empty(self) -> str:
        """Both, with room for the answer between them."""
        return f"{self.greeting}\n\n\n\n{self.closing}"

    @property
    def caret(self) -> int:
        """Where the answer is to be written: so many characters from the beginning."""
        return len(self.greeting) + 2

    def says_nothing(self, text: str) -> bool:
        """Whether nothing but greeting and closing was written."""
        return text.split() == self.empty.split()

    def insert(self, text: str, more: str) -> str:
        """The text with something more at the end of it, before the closing when that is still there."""
        typed = text.replace("\r\n", "\n").rstrip() or self.empty
        body, ending = typed, ""
        if typed.endswith(self.closing):
            body, ending = typed[: -len(self.closing)].rstrip(), f"\n\n{self.closing}"
        return f"{body}\n\n{more}{ending}"


def letter_for(case: Case) -> Letter:
    """Greeting and closing in the customer's language."""
    company, name = COMPANY.here(), case.customer.name
    to_name, to_nobody, closing = _letter_words(case.question.language, company.is_informal)
    greeting = to_name.replace(_NAME, name) if name else to_nobody
    return Letter(greeting, f"{closing}\n{staff().name}\n{company.name}")


# A sentence in another language than the page's takes a look at the whole catalog of it.
@lru_cache(maxsize=16)
def _letter_words(language: str, _is_informal: bool) -> tuple[str, str, str]:
    """The greeting with a name, the one without, and the closing."""
    with force_locale(LOCALES.get(language, language)):
        return _("Hello %(name)s,", name=_NAME), _("Hello,"), _("Kind regards")


def replies_for(case: Case) -> Sequence[Reply]:
    """The saved replies in the customer's language, those of the topic first."""
    folder = REPLIES_FOLDER.here()
    return folder.in_language(case.question.language, case.question.topic)


def filled(reply: Reply, case: Case) -> str:
    """The text of a reply for this case; its date is the one that the customer's page names, never a missed one."""
    language, due = case.question.language, date_named(case.question, clock.now())
    with force_locale(LOCALES.get(language, language)):
        promise = local_moment(due) if due else ""
    gaps = {"name": case.customer.name, "number": case.question.number, "promise": promise, "agent": staff().name}
    return fill(reply.body, gaps)


def articles_for(case: Case, words: str) -> list[Entry]:
    """A few articles for these words, in the customer's language."""
    return entries_by_title(words, limit=_ARTICLES, language=case.question.language) if words.strip() else []


def article_text(article: Entry) -> str:
    """What stands in an answer for an article: its title, its short text, its short address."""
    return "\n".join(part for part in (article.title, article.summary, article_address(article.number)) if part)
