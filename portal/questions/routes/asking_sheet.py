"""The form of one request with everything that belongs to it: topic, facts, files, what came along, the promise."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from portal.attachments.actions import Received
from portal.customers.access import current_customer
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.forms import fault_of, named_fault
from portal.foundation.i18n import current_language
from portal.foundation.security import clean_text
from portal.foundation.web.here import app_here, request_here
from portal.keys.rules import looks_like_stamp, new_stamp
from portal.numbers.format import Mistyped
from portal.questions.access import find_question
from portal.questions.actions.asking import NewQuestion, suspicions
from portal.questions.actions.proposing import Outlook, outlook
from portal.questions.forms.asking import WORDS_LIMIT, AskForm, FactEntry, fact_entries, kept_facts
from portal.questions.forms.form_times import signed_time, time_since
from portal.questions.models import Question
from portal.questions.offers import Answer, answer_by_number, article_numbers
from portal.questions.topics import TOPICS_FILE, Topic

# Nobody reads and fills in this form in less; a machine that does is shown the page that asks once more.
SHORTEST_TIME = timedelta(seconds=2)
HONEYPOT = "website"
_STEP = re.compile(r"[1-9][0-9]?")


@dataclass
class Sheet:
    """What somebody asks, as far as it is written; `uploads` are the files that the form holds."""

    form: AskForm
    topic: Topic | None
    entries: list[FactEntry]
    about: Answer | None
    previous: Question | None
    now: datetime
    uploads: Received = field(default_factory=Received)

    @property
    def words(self) -> str:
        return str(self.form.words.data or "")

    @property
    def step(self) -> int | None:
        """The step of the article at which the reader was stuck."""
        return int(self.form.step.data) if self.form.step.data else None

    @property
    def outlook(self) -> Outlook:
        """Which answer by when this would be promised."""
        return outlook(self.topic, self.form.answers, language=current_language(), now=self.now)

    @property
    def offered(self) -> list[int]:
        """The articles that were offered while this was written."""
        return article_numbers(sent().get("offered", ""))

    @property
    def is_trapped(self) -> bool:
        """Whether the field that nobody sees was filled in."""
        form = sent()
        return bool(form.get(HONEYPOT) or form.get("trap"))

    def is_valid(self) -> bool:
        """Whether everything can be kept; afterwards form, facts and files say what is wrong."""
        are_facts_right = all([each.check() for each in self.entries])
        return bool(self.form.validate()) and are_facts_right

    def needs_check(self) -> bool:
        """Whether the page that asks once more comes first: without script, or when a machine seems to send."""
        passed, form = time_since(str(self.form.opened_at.data or ""), self.now, secret()), sent()
        is_quick = passed is None or passed < SHORTEST_TIME
        return form.get("is_checked") != "yes" or is_quick or bool(form.get(HONEYPOT))

    def faults(self) -> Iterator[tuple[str, str]]:
        """Field and sentence of everything that is wrong, in the order of the page."""
        order = ("topic", "", "subject", "body", "can_continue", "affects", "needed_by", "name", "email", "token")
        for name in order:
            if not name:
                yield from ((each.name, named_fault(each.label, each.error)) for each in self.entries if each.error)
            elif name in self.form and (errors := self.form[name].errors):
                # What is missing names itself.
                yield name, fault_of(self.form[name]) if self.form[name].data else str(errors[0])
        yield from (("attachments", refused.sentence) for refused in self.uploads.refused)

    def as_question(self, *, is_proven: bool) -> NewQuestion:
        """The checked sheet as plain values."""
        form, body = self.form, str(self.form.body.data)
        named, held = set(sent().getlist("uploads")), self.uploads.accepted
        return NewQuestion(
            stamp=str(form.stamp.data),
            topic=self.topic.slug if self.topic else "",
            subject=str(form.subject.data),
            body=body,
            answers=form.answers,
            facts=kept_facts(self.entries),
            article_number=self.about.number if self.about else None,
            article_step=self.step,
            searched_words=self.words,
            previous_id=self.previous.id if self.previous else None,
            uploads=tuple(self.uploads.keys),
            files=tuple(each.attachment.sha256 for each in held),
            lost=len(named - {each.key for each in held}),
            marks=suspicions(body, is_proven=is_proven, is_trapped=self.is_trapped),
        )

    def carried(self) -> Iterator[tuple[str, str]]:
        """Name and value of every hidden field of a page on which nothing is typed."""
        for each in self.form:
            yield each.name, str(each.data or "")
        yield from ((each.name, each.value) for each in self.entries)
        yield from (("uploads", each.key) for each in self.uploads.accepted)
        yield "offered", ",".join(map(str, self.offered))
        if self.is_trapped:
            yield "trap", "yes"
        if "email" not in self.form:
            yield "signed_in", "yes"


def sheet_of(given: Mapping[str, str], *, has_database: bool = True) -> Sheet:
    """The sheet for what was given: a form, the address, or a draft. A stamp that is none is replaced."""
    form, now = AskForm(formdata=given if isinstance(given, MultiDict) else MultiDict(given)), clock.now()
    if is_known(has_database=has_database):
        form.for_somebody()
    company = COMPANY.here()
    form.today = now.astimezone(company.zone).date()
    language, offered = current_language(), TOPICS_FILE.here().topics
    form.topic.choices = [(each.slug, each.name(language)) for each in offered]
    if not looks_like_stamp(str(form.stamp.data or "")):
        renew(form, now)
    form.words.data = clean_text(str(form.words.data or "")).strip()[:WORDS_LIMIT]
    about = answer_by_number(str(form.about.data or ""))
    form.about.data = str(about.number) if about else ""
    form.step.data = form.step.data if about and _STEP.fullmatch(str(form.step.data or "")) else ""
    previous = _previous(str(form.after.data or "")) if has_database else None
    if previous is not None and not form.topic.data:
        form.topic.data = previous.topic
    topic = offered.get(form.topic.data)
    return Sheet(form, topic, fact_entries(topic, given, language), about, previous, now)


def _previous(number: str) -> Question | None:
    """The question of this person that the new one follows; None for every other number."""
    try:
        opened = find_question(number) if number else None
    except Mistyped:
        return None
    return opened.question if opened else None


def is_known(*, has_database: bool) -> bool:
    """Whether name and address need not be asked for; without a database the form's own word must do."""
    return current_customer() is not None if has_database else sent().get("signed_in") == "yes"


def renew(form: AskForm, at: datetime) -> None:
    """Give the form a new stamp and the time at which it was given out."""
    form.stamp.data, form.opened_at.data = new_stamp(), signed_time(at, secret())


def sent() -> ImmutableMultiDict[str, str]:
    """The form of this request."""
    return request_here().form


def secret() -> str:
    """What signs the time of a form."""
    return str(app_here().config["SECRET_KEY"])
