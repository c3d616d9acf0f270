"""What questions hold: the conversation, its promises, drafts. Internal notes are the desk's and nobody's export."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.attachments.privacy import taken_file
from portal.attachments.queries import attachments_of
from portal.foundation.database import db
from portal.foundation.i18n import current_language
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail, pieces, remove_where
from portal.journal.actions import audit
from portal.questions.drafts import NEW_QUESTION
from portal.questions.forms.asking import AFFECTS, CAN_CONTINUE
from portal.questions.models import (
    Draft,
    FairnessRound,
    MailedMessage,
    Message,
    PromiseEntry,
    Question,
    Rating,
    SheetEntry,
    state_seen,
)
from portal.questions.queries import mailed_of
from portal.questions.rules import Face, SheetLine, Status
from portal.questions.thread.words import face_word, sheet_label, state_word
from portal.questions.topics import TOPICS_FILE
from portal.questions.topics.values import in_language

_CHUNK = 100


def _collect(trail: Trail) -> None:
    """All questions of the person, or those named in the trail; open ones stay when only the account is closed."""
    if trail.is_person and trail.customer_ids:
        rows = select(Question.id).where(Question.customer_id.in_(trail.customer_ids))
        if trail.spares_open:
            open_ones = db.session.scalars(rows.where(Question.status != Status.CLOSED)).all()
            trail.add("needed_customer", trail.customer_ids if open_ones else ())
            rows = rows.where(Question.status == Status.CLOSED)
        trail.add("question", db.session.scalars(rows))
    for some in pieces(trail.of("question")):
        trail.numbers.update(db.session.scalars(select(Question.number).where(Question.id.in_(some))))
        trail.add("message", db.session.scalars(select(Message.id).where(Message.question_id.in_(some))))


def _erase(trail: Trail) -> None:
    """Rows go, the numbers stay in the audit: they are never given out again (DR-02)."""
    for some in pieces(trail.of("question")):
        for pointer in (Question.previous_id, Question.merged_into_id):
            loose = update(Question).where(pointer.in_(some)).values({pointer: None})
            db.session.execute(loose.execution_options(synchronize_session=False))
    remove_where(Draft.form, [f"reply:{each}" for each in trail.of("question")])
    # Messages, promises, the case sheet, ratings and everything of the desk go with the row.
    remove_where(Question.id, trail.of("question"))
    for some in pieces(trail.of("user")):
        nameless = update(Message).where(Message.user_id.in_(some)).values(user_id=None)
        db.session.execute(nameless.execution_options(synchronize_session=False))
    for number in sorted(trail.numbers):
        audit("question.erased", at=trail.now, number=number)


def _export(trail: Trail) -> Iterator[Section]:
    yield Section("questions", _("Your questions"), _questions(trail))
    yield Section("drafts", _("Texts you have not sent"), _drafts(trail))


def _questions(trail: Trail) -> Iterator[Record]:
    last = 0
    while rows := _next_questions(trail, last):
        for question in rows:
            yield _question(question)
        last = rows[-1].id
        # What was written down need not stay in memory.
        db.session.expire_all()


def _next_questions(trail: Trail, last: int) -> list[Question]:
    rows = select(Question).where(Question.customer_id.in_(trail.customer_ids), Question.id > last)
    return list(db.session.scalars(rows.order_by(Question.id).limit(_CHUNK)))


def _question(question: Question) -> Record:
    facts = [
        Fact("number", _("Number"), question.number),
        Fact("subject", _("Subject"), question.subject),
        Fact("topic", _("Topic"), question.topic, _topic_name(question.topic)),
        Fact("name", _("Asked as"), question.asker_name),
        Fact("status", _("State"), state_word(state_seen(question))),
        Fact("created_at", _("Asked"), question.created_at),
        Fact("needed_by", _("Needed by"), question.needed_by),
        _chosen("can_continue", _("Can you go on meanwhile?"), question.can_continue, CAN_CONTINUE),
        _chosen("affects", _("Who is affected?"), question.affects, AFFECTS),
        Fact("article_number", _("Article read before"), question.article_number),
        Fact("article_step", _("Stuck at step"), question.article_step),
        Fact("searched_words", _("Searched for before"), question.searched_words),
        Fact("first_answered_at", _("First answered"), question.first_answered_at),
        Fact("closed_at", _("Closed"), question.closed_at),
        *_asked(question),
    ]
    sections = [
        Section("messages", _("Conversation"), []),
        Section("promises", _("Promised dates"), _promises(question.id)),
        Section("case_sheet", _("What we know so far"), _sheet(question.id)),
        Section("fairness", _("What would be fair"), _rounds(question.id)),
        Section("rating", _("Your rating"), _rating(question.id)),
    ]
    sections[0], files = _conversation(question)
    return Record(f"{question.number}: {question.subject}", facts, sections, files)


def _topic_name(slug: str) -> str:
    return TOPICS_FILE.here().topics.name(slug, current_language())


def _chosen(name: str, label: str, value: str | None, choices: Iterable[tuple[str, Any]]) -> Fact:
    return Fact(name, label, value, next((str(words) for each, words in choices if each == value), ""))


def _asked(question: Question) -> Iterator[Fact]:
    """What the topic asks for, as the form called it; what has left the topic under the name it is kept by."""
    topic, language = TOPICS_FILE.here().topics.get(question.topic), current_language()
    known = {fact.name: fact for fact in topic.facts} if topic else {}
    for name, value in question.facts.items():
        fact = known.get(name)
        label, words = (in_language(fact.labels, language), fact.shown(str(value), language)) if fact else (name, "")
        yield Fact(f"fact_{name}", label, value, words)


def _conversation(question: Question) -> tuple[Section, list[Any]]:
    messages = db.session.scalars(select(Message).filter_by(question_id=question.id).order_by(Message.id)).all()
    held = attachments_of("message", [each.id for each in messages])
    files = [taken_file(question.number, row) for rows in held.values() for row in rows]
    mailed = mailed_of([each.id for each in messages if each.channel == "mail"])
    records = [_message(each, held[each.id], mailed.get(each.id)) for each in messages]
    section = Section("messages", _("Conversation"), records)
    return section, [each for each in files if each]


def _message(message: Message, files: Iterable[Any], mailed: MailedMessage | None) -> Record:
    facts = [
        Fact("at", _("When"), message.created_at),
        Fact("from", _("From"), message.author_name),
        Fact("text", _("Text"), message.body),
        Fact("withdrawn_at", _("Taken back"), message.withdrawn_at),
        Fact("files", _("Files"), ", ".join(f"{each.id}-{each.name}" for each in files)),
        *([Fact("quoted", _("Quoted below"), mailed.quoted)] if mailed else []),
    ]
    return Record("", facts)


def _promises(question_id: int) -> list[Record]:
    rows = db.session.scalars(select(PromiseEntry).filter_by(question_id=question_id).order_by(PromiseEntry.id))
    return [
        Record(
            "",
            [
                Fact("made_at", _("Promised"), row.made_at),
                Fact("due_at", _("Answer by"), row.due_at),
                Fact("ended_at", _("Ended"), row.ended_at),
                Fact("reason", _("Reason"), row.reason),
                Fact("breached_at", _("Missed"), row.breached_at),
            ],
        )
        for row in rows
    ]


def _sheet(question_id: int) -> list[Record]:
    rows = db.session.scalars(select(SheetEntry).where(SheetEntry.question_id == question_id, SheetEntry.text != ""))
    return [
        Record(
            "",
            [
                Fact(row.line, sheet_label(SheetLine(row.line)), row.text),
                Fact("objection", _("Not right?"), row.objection),
            ],
        )
        for row in rows
    ]


def _rounds(question_id: int) -> list[Record]:
    rows = select(FairnessRound).filter_by(question_id=question_id).order_by(FairnessRound.turn)
    return [
        Record(
            "",
            [
                Fact("fair", _("What would be fair for you?"), row.fair),
                Fact("just_enough", _("What would just be enough?"), row.just_enough),
                Fact("matters_most", _("What matters most?"), row.matters_most),
                Fact("explanation", _("Our answer"), row.explanation),
                Fact("amount", _("Amount"), row.amount),
            ],
        )
        for row in db.session.scalars(rows)
    ]


def _rating(question_id: int) -> list[Record]:
    row = db.session.get(Rating, question_id)
    if row is None:
        return []
    facts = [Fact("face", _("Rating"), face_word(Face(row.face))), Fact("sentence", _("Remark"), row.sentence)]
    return [Record("", facts)]


def _drafts(trail: Trail) -> Iterator[Record]:
    for row in db.session.scalars(select(Draft).where(Draft.user_id == (trail.user_id or 0))):
        facts = [Fact("changed_at", _("Last changed"), row.changed_at)]
        yield Record(_draft_title(row.form), facts + [_typed(*each) for each in row.content.items()])


def _draft_title(form: str) -> str:
    if form == NEW_QUESTION:
        return _("Ask a question")
    kind, _colon, written = form.partition(":")
    question = db.session.get(Question, int(written)) if kind == "reply" and written.isdecimal() else None
    return question.number if question else form


def _typed(name: str, value: str) -> Fact:
    if name == "can_continue":
        return _chosen(name, _("Can you go on meanwhile?"), value, CAN_CONTINUE)
    if name == "affects":
        return _chosen(name, _("Who is affected?"), value, AFFECTS)
    labels = {"topic": _("Topic"), "subject": _("Subject"), "body": _("Text"), "needed_by": _("Needed by")}
    return Fact(name, labels.get(name, name), value, _topic_name(value) if name == "topic" else "")


HOLDINGS = (
    Holding(
        "questions",
        tables=(
            "questions",
            "messages",
            "mailed_messages",
            "promises",
            "case_sheet",
            "ratings",
            "fairness_rounds",
            "drafts",
        ),
        collect=_collect,
        erase=_erase,
        export=_export,
    ),
)
