"""Queues, countdowns and moments in the words of the desk."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, TypeVar

from babel.dates import get_day_names, get_month_names
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.desk.rules import Countdown, FlagKind, Queue, Urgency
from portal.foundation.company import COMPANY
from portal.foundation.i18n import LOCALES, current_language, tongue
from portal.inbox.rules.judging import Reason
from portal.leaving.rules.declarations import Kind
from portal.questions.models import Question, state_seen
from portal.questions.queries import service_levels
from portal.questions.rules import CustomerState
from portal.service_levels.levels import LevelTexts

# Weekday, day and month stay on one line.
_SHORT = {
    "de": "%s,\N{NO-BREAK SPACE}%d.\N{NO-BREAK SPACE}%s, %02d:%02d",
    "en": "%s,\N{NO-BREAK SPACE}%d\N{NO-BREAK SPACE}%s, %02d:%02d",
}
_WITH_YEAR = {
    "de": "%d.\N{NO-BREAK SPACE}%s\N{NO-BREAK SPACE}%d, %02d:%02d",
    "en": "%d\N{NO-BREAK SPACE}%s\N{NO-BREAK SPACE}%d, %02d:%02d",
}
_HOUR, _DAY = 60, 24 * 60


_Said = TypeVar("_Said", bound=Callable[..., Any])


def spoken(say: _Said) -> _Said:
    """Words are looked up once for each language, not once for each line of a list."""

    @lru_cache(maxsize=2048)
    def kept(_tongue: tuple[str, bool], *given: Any) -> Any:
        return say(*given)

    @wraps(say)
    def ask(*given: Any) -> Any:
        return kept(tongue(), *given)

    return ask  # type: ignore[return-value]


@spoken
def language_word(code: str) -> str:
    """What a language is called in the language of whoever reads: „Deutsch“, “German”."""
    return {"de": _("German"), "en": _("English")}.get(code, code)


def levels_in_words() -> tuple[tuple[str, LevelTexts], ...]:
    """Every level with the criteria that it is chosen by, as `desk/_criteria.html` shows them."""
    language = current_language()
    return tuple([(slug, level.in_language(language)) for slug, level in service_levels().levels.items()])


@spoken
def case_said(done: str) -> str:
    """What was just done with a case, in a sentence; "" for anything else that an address says."""
    return {
        "asked": _("The mail is a question of its own now."),
        "assigned": _("Who is responsible was changed."),
        "attached": _("The case belongs to the incident now."),
        "closed": _("The case is closed."),
        "declared": _("The message counts as a declaration now."),
        "detached": _("The case does not belong to the incident any more."),
        "flagged": _("The editors know of it now."),
        "joined": _("The mail is a message of this case now."),
        "level": _("The level was changed."),
        "linked": _("Both cases are linked now."),
        "merged": _("Both cases are one now."),
        "moved": _("The promise was moved."),
        "no-reminder": _("You will not be reminded."),
        "reminder": _("You will be reminded."),
        "reopened": _("The case is open again."),
        "solved": _("The case is solved."),
        "spam": _("The case is closed as spam. Its sender hears nothing of it."),
        "tagged": _("The tag was added."),
        "taken-down": _("The call is taken down. Number, date and link go out by e-mail now."),
        "unlinked": _("The cases are not linked any more."),
        "untagged": _("The tag was removed."),
        "waiting": _("It is the customer's turn now; no promise runs meanwhile."),
    }.get(done, "")


@spoken
def incident_said(done: str) -> str:
    """What was just done with an incident, in a sentence; "" for anything else that an address says."""
    return {
        "attached": _("The chosen cases belong to the incident now."),
        "begun": _("The incident has begun."),
        "solved": _("All its open cases are solved."),
        "taken-back": _("Taken back. Nothing was sent; your text stands in the box."),
        "told": _("The incident is told anew."),
    }.get(done, "")


@spoken
def view_said(done: str) -> str:
    """What was just done with a saved view, in a sentence; "" for anything else that an address says."""
    return {
        "kept": _("The view is kept; it stands beside the queues."),
        "removed": _("The view is removed."),
    }.get(done, "")


@spoken
def queue_word(queue: Queue) -> str:
    """What a queue is called."""
    return {
        Queue.MINE: _("Mine"),
        Queue.FREE: _("Free"),
        Queue.DUE_SOON: _("Due soon"),
        Queue.OVERDUE: _("Overdue"),
        Queue.WAITING: _("Waiting for customer"),
        Queue.CALLBACKS: _("Callbacks"),
        Queue.INCIDENTS: _("Incidents"),
        Queue.SOLVED: _("Done"),
        Queue.ALL: _("All"),
    }[queue]


@spoken
def queue_hint(queue: Queue) -> str:
    """What a queue holds and how it is sorted, in one sentence."""
    return {
        Queue.MINE: _("Open cases that you are responsible for, the next promise first."),
        Queue.FREE: _("Open cases that nobody is responsible for, the next promise first."),
        Queue.DUE_SOON: _("Open cases whose answer is due within four opening hours."),
        Queue.OVERDUE: _("Open cases whose promise has passed, the longest overdue first."),
        Queue.WAITING: _("It is the customer's turn. Who has been silent longest stands first."),
        Queue.CALLBACKS: _("Customers who wait for a call at a chosen time, the next one first."),
        Queue.INCIDENTS: _("Cases that belong to an incident that is not over, the newest first."),
        Queue.SOLVED: _("Solved and closed cases, the latest first."),
        Queue.ALL: _("Every case, the newest first."),
    }[queue]


@spoken
def queue_empty(queue: Queue) -> str:
    """What an empty queue means."""
    return {
        Queue.MINE: _("You are responsible for no open case. Under “Free” are those that somebody may take."),
        Queue.FREE: _("Every open case has somebody who is responsible."),
        Queue.DUE_SOON: _("Nothing is due within the next four opening hours."),
        Queue.OVERDUE: _("Every promise is kept so far."),
        Queue.WAITING: _("No customer is asked for anything just now."),
        Queue.CALLBACKS: _("Nobody waits for a call."),
        Queue.INCIDENTS: _("No open case belongs to an incident."),
        Queue.SOLVED: _("No case is done yet."),
        Queue.ALL: _("No question has arrived yet."),
    }[queue]


@spoken
def time_left(left: Countdown) -> str:
    """`2 h 15 min left`, in opening time; `3 h overdue` or `4 days overdue`, by the calendar."""
    if left.urgency is Urgency.OVERDUE:
        return _overdue(left.minutes)
    return _("%(time)s left", time=_hours(left.minutes))


@spoken
def time_left_in_full(left: Countdown) -> str:
    """The time that is left in words that also say that only opening time counts: for the case, which has room."""
    if left.urgency is Urgency.OVERDUE:
        return _overdue(left.minutes)
    return _("%(time)s of opening time left", time=_hours(left.minutes))


def _overdue(minutes: int) -> str:
    if minutes >= _DAY:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", minutes // _DAY)
    return _("%(time)s overdue", time=_hours(minutes)) if minutes else _("overdue")


@spoken
def promised(is_first: bool, date: str) -> str:
    """Which answer the time left is counted to, and until when: the first one until there was one, then the next."""
    return _("First answer by %(date)s", date=date) if is_first else _("Next answer by %(date)s", date=date)


@spoken
def since(date: str) -> str:
    """`since Mi., 16. Dez., 12:00`."""
    return _("since %(date)s", date=date)


@spoken
def turn_word(word: str) -> str:
    """The state of a case whose promise does not run."""
    return {"waiting": _("customer's turn"), "solved": _("solved"), "closed": _("closed")}[word]


@spoken
def filter_state_word(state: str) -> str:
    """What a filter calls the state of a case."""
    return {"open": _("open"), "waiting": _("customer's turn"), "closed": _("done")}[state]


@spoken
def filter_label(name: str) -> str:
    """What a part of a filter is called."""
    return {
        "topic": _("Topic"),
        "level": _("Service level"),
        "assignee": _("Responsible"),
        "tag": _("Tag"),
        "language": _("Language"),
        "state": _("State"),
        "text": _("Words"),
        "customer": _("Customer no."),
        "incident": _("Incident no."),
    }[name]


@spoken
def tag_word(tag: str) -> str:
    """A tag as it is read: one that the desk puts on by itself in the reader's language, any other as it was typed."""
    return {Kind.CANCELLATION.value: _("Cancellation"), Kind.WITHDRAWAL.value: _("Withdrawal")}.get(tag, tag)


def tag_meant(word: str) -> str:
    """The tag of that word: nobody has to know what the desk's own tags are called inside."""
    meant = (kind.value for kind in Kind if tag_word(kind.value).lower() == word.lower())
    return next(meant, word)


def state_of(question: Question) -> tuple[str, str]:
    """Name and word of a question's state, as the desk says it."""
    state = state_seen(question)
    return state.value, _state_word(state)


@spoken
def _state_word(state: CustomerState) -> str:
    return {
        CustomerState.RECEIVED: _("new"),
        CustomerState.IN_WORK: _("in work"),
        CustomerState.YOUR_TURN: _("waits for customer"),
        CustomerState.SOLVED: _("solved"),
        CustomerState.CLOSED: _("closed"),
    }[state]


def urgency_icon(urgency: Urgency) -> str:
    """The symbol beside the words."""
    return {Urgency.OVERDUE: "warning", Urgency.SOON: "clock", Urgency.LATER: "calm"}[urgency]


@spoken
def flag_word(kind: str) -> str:
    """What is wrong with an article."""
    return {
        FlagKind.WRONG.value: _("Something in it is wrong"),
        FlagKind.OUTDATED.value: _("It is outdated"),
        FlagKind.MISSING.value: _("Something is missing"),
    }.get(kind, kind)


@spoken
def notice_word(kind: str) -> str:
    """What a notice says; one of a kind that is new here is called by its kind."""
    words = {
        "question_new": _("A new question has arrived."),
        "question.replied": _("The customer has written."),
        "question.objected": _("The customer says that a line of the case sheet is not right."),
        "question.warning": _("Three quarters of the promised time have passed."),
        "question.breached": _("A promise was missed."),
        "question.assigned": _("You are responsible for this case."),
        "question.reminder": _("You wanted to be reminded of this case."),
        "question.silent": _("The customer has heard nothing for some days."),
        "answer.stopped": _("Your answer was not sent: something newer has arrived."),
        "question.fairness": _("The customer has said what would be fair."),
        "question.third_person": _("The customer deals with a third person."),
        "article.flagged": _("A colleague says that something is wrong with this help article."),
        "article.settled": _("An editor has seen to the help article of which you said that something is wrong."),
        "declaration.overdue": _("A declaration waits for more than a working day."),
        "mail.waiting": _("A mail has come in that needs somebody to decide."),
        "address_refused": _("Somebody says that our mails are not meant for them."),
    }
    return words.get(kind, kind)


def mail_reason(reason: str) -> str:
    """Why a mail became neither a question nor a message by itself; "" for none."""
    words = {
        Reason.RETURNED: _("A report of a mail server about one of our mails."),
        Reason.AUTOMATIC: _("Written by a machine, such as an absence note; such mails are never answered."),
        Reason.BULK: _("Sent to many at once; such mails are never answered."),
        Reason.LIST: _("Came over a mailing list; such mails are never answered."),
        Reason.NO_SENDER: _("Has no sender to whom anything could go back; such mails are never answered."),
        Reason.OURS: _("Bears one of our own addresses as its sender."),
        Reason.UNREADABLE: _(
            "Could not be read: it is broken, or it asks for more than we give. Its original can be saved."
        ),
        Reason.LARGE: _("Is larger than what is taken. It lies in the mailbox still; here is its head alone."),
        Reason.NOT_GIVEN: _("The mail server would not give it; it lies in the mailbox still."),
        Reason.SENDERS: _("Does not name exactly one sender."),
        Reason.COLLEAGUE: _("Comes from our own domain."),
        Reason.EMPTY: _("Has neither subject nor text nor files."),
        Reason.MANY: _("More mails came from this address in an hour than become questions by themselves."),
        Reason.KEY: _("Answers one of our mails, but the address it went to opens nothing (any more)."),
        Reason.STRANGER: _("Answers one of our mails, but comes from another address than the customer's."),
        Reason.UNPROVEN: _("Nothing proves that this mail comes from the sender it names."),
        Reason.CLOSED: _("Answers a question that is closed and can no longer be reopened."),
        Reason.LIST_ANSWER: _("Answers one of our mails and comes from the customer, but over a mailing list."),
    }
    return words[Reason(reason)] if reason in list(Reason) else ""


def desk_moment(value: datetime, now: datetime) -> str:
    """`Mi., 16. Dez., 12:00` in the company's zone; the year is named when it is far away."""
    return moments_from(now)(value)


def moments_from(now: datetime) -> Callable[[datetime], str]:
    """What writes the moments of one page as `desk_moment` does."""
    zone = COMPANY.here().zone
    language = current_language()
    short, with_year, (weekdays, months) = _SHORT[language], _WITH_YEAR[language], _names(LOCALES[language])

    def moment(value: datetime) -> str:
        at = value.astimezone(zone)
        day, month, hour, minute = at.day, months[at.month], at.hour, at.minute
        if abs((value - now).days) < 300:
            return short % (weekdays[at.weekday()], day, month, hour, minute)
        return with_year % (day, month, at.year, hour, minute)

    return moment


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return _("%(minutes)s min", minutes=rest)
    # From ten hours on nobody counts minutes.
    if not rest or hours >= 10:
        return _("%(hours)s h", hours=hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


# Babel takes a tenth of a millisecond for a moment, and a page of the desk has dozens; so it is asked for names alone.
@lru_cache(maxsize=4)
def _names(locale: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """What days of the week (from Monday, 0) and months (from January, 1) are called for short."""
    return dict(get_day_names("abbreviated", locale=locale)), dict(get_month_names("abbreviated", locale=locale))
