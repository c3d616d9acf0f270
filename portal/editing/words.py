"""Lists, states, votes and versions in the words of editors."""

from datetime import datetime

from flask_babel import gettext as _

from portal.desk.words import desk_moment, spoken
from portal.editing.rules import Kind, Show
from portal.faq.models import Reason
from portal.faq.rules import Status
from portal.foundation import clock


@spoken
def show_word(show: Show) -> str:
    """What a list is called."""
    return {
        Show.WORST: _("Needs attention"),
        Show.REVIEW: _("Review due"),
        Show.FAULTY: _("With faults"),
        Show.DRAFTS: _("Drafts"),
        Show.INTERNAL: _("Internal"),
        Show.ARCHIVED: _("Archived"),
        Show.ALL: _("All articles"),
    }[show]


@spoken
def show_hint(show: Show) -> str:
    """What a list holds, in one sentence."""
    return {
        Show.WORST: _(
            "Articles that did not help, led to questions, have faults, are overdue, "
            "or of which a colleague said that something is wrong; worst first."
        ),
        Show.REVIEW: _("Published articles that should have been checked by now, the longest overdue first."),
        Show.FAULTY: _("Files with errors. The site shows their last good version, or leaves them out."),
        Show.DRAFTS: _("Only editors see these."),
        Show.INTERNAL: _("For our own staff; customers do not find them."),
        Show.ARCHIVED: _("Taken off the site; old addresses lead nowhere."),
        Show.ALL: _("Everything, by title."),
    }[show]


@spoken
def status_word(status: str) -> str:
    """A status in one word."""
    return {
        Status.DRAFT.value: _("draft"),
        Status.INTERNAL.value: _("internal"),
        Status.PUBLISHED.value: _("published"),
        Status.ARCHIVED.value: _("archived"),
    }.get(status, status)


@spoken
def reason_word(reason: str) -> str:
    """Why an article did not help."""
    return {
        Reason.MISSING.value: _("My question is not answered here"),
        Reason.UNCLEAR.value: _("I do not understand the answer"),
        Reason.WRONG.value: _("The answer is wrong or out of date"),
        Reason.OTHER.value: _("Something else"),
    }.get(reason, _("No reason given"))


@spoken
def kind_word(kind: str) -> str:
    """How a version came about."""
    return {
        Kind.SAVED.value: _("saved here"),
        Kind.FOUND.value: _("found in the folder"),
        Kind.RESTORED.value: _("restored"),
    }.get(kind, kind)


def when(at: datetime) -> str:
    """A moment as the desk says it."""
    return desk_moment(at, clock.now())


@spoken
def icon_word(icon: str) -> str:
    """What the icon of a category shows."""
    return {
        "document": _("Sheet"),
        "exit": _("Door"),
        "mobile": _("Mobile phone"),
        "person": _("Person"),
        "phone": _("Telephone"),
        "question": _("Question mark"),
        "receipt": _("Receipt"),
        "shield": _("Shield"),
        "tool": _("Tool"),
        "truck": _("Delivery"),
        "wifi": _("Radio waves"),
    }.get(icon, icon)
