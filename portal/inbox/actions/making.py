"""From a mail that was taken apart to what the rooms know: a new question, or a text that was written to one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.attachments.actions import receive
from portal.attachments.rules import Incoming as IncomingFile
from portal.attachments.rules import Sender
from portal.customers.queries import guest_of
from portal.foundation.company import COMPANY
from portal.foundation.i18n import LOCALES
from portal.inbox.addresses import Incoming, topic_of_mails
from portal.inbox.models import IncomingMail
from portal.inbox.reading.parsed import Mail
from portal.inbox.rules.texts import cut
from portal.keys.actions import StampUsed
from portal.keys.queries import stamp_of
from portal.questions.access import OpenQuestion
from portal.questions.actions.asking import Asker, NewQuestion, ask_question, suspicions
from portal.questions.actions.mailed import Mailed
from portal.questions.actions.proposing import outlook
from portal.questions.actions.replying import Written, reply
from portal.questions.forms.asking import BODY_LIMIT, SUBJECT_LIMIT
from portal.service_levels.levels import Affects, Answers, CanContinue

_NO_HURRY = Answers(CanContinue.YES, Affects.ME, None)
# A mail has many small pictures that nobody meant: signs below a name, dots that count readers.
_SMALLEST_PICTURE = 2048


@dataclass(frozen=True)
class _Kept:
    """The files of a mail as a form would hold them, what was not taken, and the part of the text that has no place."""

    keys: tuple[str, ...]
    sums: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    rest: str = ""


def make_question(row: IncomingMail, mail: Mail, taken: Incoming, *, now: datetime) -> str:
    """The number of the question that the mail is, asked by an unproven guest; the same mail gives the same number."""
    stamp = _stamp(row)
    earlier = stamp_of("question", stamp)
    if earlier is not None and earlier.result:
        return earlier.result
    topic, language = topic_of_mails(taken), language_of(mail)
    body, kept = _body(mail, language, now=now)
    subject, _more = cut(mail.subject, SUBJECT_LIMIT)
    new = NewQuestion(
        stamp=stamp,
        topic=topic.slug if topic else "",
        subject=subject or _nameless(language),
        body=body,
        answers=_NO_HURRY,
        uploads=kept.keys,
        files=kept.sums,
        marks=suspicions(body, is_proven=False, is_trapped=False),
        source="mail",
        mailed=_mailed(row, mail, kept, is_proven=False),
    )
    asker = Asker(None, _name(mail), mail.head.sender, is_proven=False)
    made = outlook(topic, new.answers, language=language, now=now)
    return ask_question(new, asker, made, language=language, now=now).number


def add_message(row: IncomingMail, mail: Mail, opened: OpenQuestion, *, now: datetime) -> int:
    """The message that the mail becomes in a question, by its id; the same mail is one message.

    IsClosed and WentOn where the question takes none.
    """
    earlier = stamp_of("reply", _stamp(row))
    if earlier is not None and earlier.result:
        return int(earlier.result)
    body, kept = _body(mail, opened.question.language, now=now)
    is_own = mail.head.sender == opened.customer.email
    written = Written(
        body=body,
        stamp=_stamp(row),
        uploads=kept.keys,
        files=kept.sums,
        mailed=_mailed(row, mail, kept, is_proven=opened.is_proven),
        author="" if is_own else _name(mail),
    )
    try:
        return reply(opened, written, now=now)
    except StampUsed:
        # Two at one moment: whoever was faster has sent it.
        sent = stamp_of("reply", _stamp(row))
        if sent is None or not sent.result:
            raise
        return int(sent.result)


def language_of(mail: Mail) -> str:
    """In which language somebody is answered: the one they have with us, else that of their mail, else ours."""
    company = COMPANY.here()
    known = guest_of(mail.head.sender)
    wished = known.language if known is not None else mail.language
    return wished if wished in company.languages else company.default_language


def _stamp(row: IncomingMail) -> str:
    return f"mail-{row.fingerprint[:40]}"


def _nameless(language: str) -> str:
    with force_locale(LOCALES.get(language, language)):
        return _("E-mail without a subject")


def _name(mail: Mail) -> str:
    return mail.name or mail.head.sender.partition("@")[0]


def _mailed(row: IncomingMail, mail: Mail, kept: _Kept, *, is_proven: bool) -> Mailed:
    quoted = "\n\n".join(each for each in (kept.rest, mail.quoted) if each)
    return Mailed(row.received_at, quoted, kept.notes, is_proven)


def _body(mail: Mail, language: str, *, now: datetime) -> tuple[str, _Kept]:
    """The text of the message, and the files beside it; what is too long goes along as a file, whole."""
    whole = mail.text or mail.subject
    if len(mail.subject) > SUBJECT_LIMIT and mail.text:
        whole = f"{mail.subject}\n\n{mail.text}"
    body, is_cut = cut(whole, BODY_LIMIT)
    text_file = IncomingFile("text.txt", "text/plain", BytesIO(whole.encode()))
    files = [text_file] if is_cut else []
    with force_locale(LOCALES.get(language, language)):
        received = receive([*files, *_files(mail)], sender=Sender("", mail.head.sender), now=now)
    notes = [(each.name, each.reason.value) for each in received.refused]
    is_text_kept = bool(received.accepted) and received.accepted[0].attachment.name == text_file.name
    if is_cut:
        notes.insert(0, (text_file.name, "long"))
    if mail.left_out:
        notes.append(("", "parts"))
    rest = whole[len(body) :].strip() if is_cut and not is_text_kept else ""
    sums = tuple(sorted(each.attachment.sha256 for each in received.accepted))
    return body, _Kept(tuple(received.keys), sums, tuple(notes), rest)


def _files(mail: Mail) -> Iterator[IncomingFile]:
    """Each file once, without pictures that only decorate."""
    seen: set[bytes] = set()
    for each in mail.files:
        is_decoration = each.kind.startswith("image/") and len(each.content) < _SMALLEST_PICTURE
        digest = hashlib.sha256(each.content).digest()
        if each.content and not is_decoration and digest not in seen:
            seen.add(digest)
            yield IncomingFile(each.name, each.kind, BytesIO(each.content))
