"""The timeline of a case: messages, internal notes and what happened, in one order, in the words of the desk."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.attachments.models import Attachment
from portal.attachments.queries import attachments_of
from portal.attachments.showing import ShownFile, shown_files
from portal.desk.access import Case
from portal.desk.models import Note
from portal.desk.queries.case import Beside, events_between, notes_between
from portal.desk.words import spoken, tag_word
from portal.journal.models import Event
from portal.journal.rules import ActorKind
from portal.questions.models import Message, Question
from portal.questions.queries import service_levels
from portal.questions.rules import THREAD_SIZE, Author, Face, SheetLine
from portal.questions.thread.mailed import ShownMail, shown_mails
from portal.questions.thread.words import face_word, sheet_label
from portal.service_levels.promises import Outcome


class Entry(NamedTuple):
    """One line of the timeline; `kind` is customer, staff, note, call or event. An event is a sentence in `text`."""

    kind: str
    at: datetime
    id: int
    author: str = ""
    role: str = ""
    channel: str = ""
    text: str = ""
    is_withdrawn: bool = False
    files: Sequence[ShownFile] = ()
    is_grave: bool = False
    mailed: ShownMail | None = None


@dataclass(frozen=True)
class Timeline:
    """Entries in order; `earlier` and `later` are ids of messages to go on from, or None."""

    entries: Sequence[Entry]
    earlier: int | None
    later: bool


def timeline_of(case: Case, beside: Beside, words: "Words", *, before: int | None) -> Timeline:
    """The last fifty messages, or those before one, with the notes and the history of their time."""
    question = case.question
    shown, has_more = beside.messages[:THREAD_SIZE][::-1], len(beside.messages) > THREAD_SIZE
    since = shown[0].created_at if has_more else None
    until = shown[-1].created_at if before is not None and shown else None
    with_files = [row.id for row in shown if row.has_files and row.withdrawn_at is None]
    files = attachments_of("message", with_files) if with_files else {}
    # Of a page further back the newest events are those of another time.
    newest = [row for row in beside.events[::-1] if since is None or row.at >= since]
    events = newest if until is None else events_between(question.id, since, until)
    mails = shown_mails(shown)
    entries = [_message(row, _files(question, files.get(row.id, ())), mails.get(row.id)) for row in shown]
    entries += [_note(row) for row in notes_between(question.id, since, until)] if case.has.notes else []
    entries += filter(None, (_event(row, words) for row in events))
    # At one moment what happened stands behind what was written.
    entries.sort(key=lambda each: (each.at, each.kind == "event", each.id))
    return Timeline(entries, shown[0].id if has_more else None, before is not None)


@dataclass(frozen=True)
class Words:
    """What sentences of the history are made with."""

    names: Mapping[int, str]
    shown: Callable[[datetime], str]
    language: str

    def moment(self, written: object) -> str:
        """A stored moment as the desk shows it."""
        return self.shown(datetime.fromisoformat(str(written)))

    def person(self, user_id: object) -> str:
        """Somebody of ours by name."""
        return self.names.get(int(str(user_id)), _("somebody who has left"))

    def level(self, slug: object) -> str:
        """A level by its name."""
        return service_levels().level(str(slug)).name(self.language)


Sentence = Callable[[Mapping[str, Any], Words], str]


def _asked(told: Mapping[str, Any], words: Words) -> str:
    return _("Asked. Promised: answer by %(date)s", date=words.moment(told["due_at"])) if told.get("due_at") else ""


def _answered(told: Mapping[str, Any], words: Words) -> str:
    if told.get("ended") == Outcome.MISSED:
        return _("Answered later than promised.")
    if told.get("due_at"):
        return _("Answered; the next answer is promised by %(date)s", date=words.moment(told["due_at"]))
    return ""


def _replied(told: Mapping[str, Any], words: Words) -> str:
    """Nothing where the promise had been missed already: it goes on, and no new date was given."""
    if not told.get("due_at") or datetime.fromisoformat(told["due_at"]) <= told["at"]:
        return ""
    return _("Promised: answer by %(date)s", date=words.moment(told["due_at"]))


def _with_reason(sentence: str, told: Mapping[str, Any]) -> str:
    return _("%(what)s Reason: %(reason)s", what=sentence, reason=told["reason"]) if told.get("reason") else sentence


def _assigned(told: Mapping[str, Any], words: Words) -> str:
    if told.get("user") is None:
        return _("Given back to everybody.")
    return _("%(name)s is responsible now.", name=words.person(told["user"]))


def _moved(told: Mapping[str, Any], words: Words) -> str:
    return _with_reason(_("Promise moved to %(date)s.", date=words.moment(told["due_at"])), told)


def _level(told: Mapping[str, Any], words: Words) -> str:
    if not told.get("due_at"):
        return _with_reason(_("Service level changed."), told)
    return _with_reason(_("Service level changed; answer by %(date)s.", date=words.moment(told["due_at"])), told)


def _reopened(told: Mapping[str, Any], words: Words) -> str:
    return _with_reason(_("Opened again; answer by %(date)s.", date=words.moment(told["due_at"])), told)


def _line(told: Mapping[str, Any]) -> str:
    return sheet_label(SheetLine(told["line"])) if told.get("line") in list(SheetLine) else str(told.get("line", ""))


def _cancellation(told: Mapping[str, Any], words: Words) -> str:
    date, reference = words.moment(told["arrived_at"]), str(told.get("reference") or "")
    if told.get("kind") == "withdrawal":
        return _("Treated as a withdrawal that arrived on %(date)s: %(reference)s", date=date, reference=reference)
    if reference:
        return _("Treated as a cancellation that arrived on %(date)s: %(reference)s", date=date, reference=reference)
    return _("Treated as a cancellation that arrived on %(date)s.", date=date)


def _handed_over(told: Mapping[str, Any], words: Words) -> str:
    return _("Handed over to %(name)s.", name=words.person(told["user"]))


def _closed(told: Mapping[str, Any], _words: Words) -> str:
    return _with_reason(_("Closed."), told)


def _rated(told: Mapping[str, Any], _words: Words) -> str:
    return _("The customer's judgement: %(word)s", word=face_word(Face(told["face"])))


def _marked(told: Mapping[str, Any], _words: Words) -> str:
    return _("Looks like advertising: %(marks)s", marks=", ".join(told["marks"]))


def _sheet(told: Mapping[str, Any], _words: Words) -> str:
    return _("Case sheet: “%(line)s” was written.", line=_line(told))


def _objected(told: Mapping[str, Any], _words: Words) -> str:
    return _("Case sheet: the customer says “%(line)s” is not right.", line=_line(told))


def _tagged(told: Mapping[str, Any], _words: Words) -> str:
    return _("Tag added: %(tag)s", tag=tag_word(told["tag"]))


def _untagged(told: Mapping[str, Any], _words: Words) -> str:
    return _("Tag removed: %(tag)s", tag=tag_word(told["tag"]))


_SENTENCES: dict[str, Sentence] = {
    "question.asked": _asked,
    "question.replied": _replied,
    "question.answered": _answered,
    "question.kept_turn": _answered,
    "question.closed": _closed,
    "question.reopened": _reopened,
    "question.moved": _moved,
    "question.level_changed": _level,
    "question.hours_changed": _level,
    "question.assigned": _assigned,
    "question.handed_over": _handed_over,
    "question.rated": _rated,
    "question.marked": _marked,
    "question.cancellation": _cancellation,
    "question.tagged": _tagged,
    "question.untagged": _untagged,
    "sheet.written": _sheet,
    "sheet.objected": _objected,
}
# What happened in a sentence whose gaps are the event's own details.
_PLAIN = {
    "question.waits": _l("It is the customer's turn now."),
    "question.solved": _l("Marked as solved."),
    "question.warned": _l("Three quarters of the time have passed."),
    "question.breached": _l("The promise was missed."),
    "question.reminded": _l("The customer was reminded."),
    "question.confirmed": _l("The customer confirmed the address."),
    "question.thanked": _l("The customer said thanks; the case stays solved."),
    "message.withdrawn": _l("The customer withdrew a message."),
    "question.linked": _l("Linked with %(number)s."),
    "question.unlinked": _l("No longer linked with %(number)s."),
    "question.merged": _l("Merged into %(number)s; everything stands there."),
    "question.took_in": _l("%(number)s was merged into this case."),
    "question.flagged_article": _l("Told the editors that something is wrong with the help article “%(title)s”."),
    "question.proposed_article": _l("Proposed as a help article."),
    "question.article_told": _l("The customer was told of the new help article."),
    "question.incident": _l("Belongs to the incident “%(title)s”."),
    "question.no_incident": _l("No longer belongs to the incident “%(title)s”."),
    "question.spam": _l("Marked as spam."),
    "question.step_done": _l("Step done: %(text)s"),
    "question.step_undone": _l("Step not done after all: %(text)s"),
    "mail.let_in": _l("A mail that waited was let in."),
    "fairness.opened": _l("Fairness round opened."),
    "fairness.wished": _l("The customer said what would be fair."),
    "fairness.answered": _l("Fairness round answered."),
    "fairness.agreed": _l("The customer agreed to what was proposed."),
}
_GRAVE = {"question.breached", "sheet.objected", "question.cancellation"}


def _event(row: Event, words: Words) -> Entry | None:
    """An event as a sentence; what the timeline shows anyway is left out, and what is unknown keeps its name."""
    tell = _SENTENCES.get(row.verb)
    try:
        text = tell({**row.details, "at": row.at}, words) if tell else str(_PLAIN[row.verb]) % row.details
    except (KeyError, ValueError, TypeError):
        # Entries stay for years; one that was written with other details is shown by its name.
        text = row.verb
    author = _author(row)
    return Entry("event", row.at, row.id, author, text=text, is_grave=row.verb in _GRAVE) if text else None


def _author(row: Event) -> str:
    return row.actor_name if row.actor_name and row.actor_kind != ActorKind.SYSTEM else _nameless(row.actor_kind)


@spoken
def _nameless(kind: str) -> str:
    """What somebody without a name is called."""
    return _("The portal") if kind == ActorKind.SYSTEM else _("The customer")


def _message(row: Message, files: Sequence[ShownFile], mailed: ShownMail | None) -> Entry:
    return Entry(
        kind="customer" if row.author == Author.CUSTOMER else "staff",
        at=row.created_at,
        id=row.id,
        author=row.author_name,
        role=row.author_role,
        channel=row.channel,
        text=row.body,
        is_withdrawn=row.withdrawn_at is not None,
        files=files,
        mailed=mailed,
    )


def _note(row: Note) -> Entry:
    return Entry("call" if row.kind == "call" else "note", row.created_at, row.id, row.author_name, text=row.body)


def _files(question: Question, files: Iterable[Attachment]) -> list[ShownFile]:
    def url(file: Attachment, **shown: Any) -> str:
        return url_for("desk.show_attachment", number=question.number, public_id=file.public_id, **shown)

    return shown_files(files, url=url, picture_url=lambda file: url(file, shown="yes"))
