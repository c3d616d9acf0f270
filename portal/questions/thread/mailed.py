"""What a message by mail has beside its text: the older mail it quotes, folded away, and what was not taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _
from markupsafe import Markup

from portal.attachments.rules import Reason
from portal.attachments.words import refusal
from portal.foundation.rendering.pages import render_fragment
from portal.questions.queries import mailed_of
from portal.questions.thread.text import customer_text


@dataclass(frozen=True)
class ShownMail:
    """The same in words."""

    notes: Sequence[str]
    quoted: str
    is_proven: bool


class _Row(Protocol):
    """A message as pages read it."""

    id: Any
    channel: Any
    withdrawn_at: Any


def shown_mails(rows: Iterable[_Row]) -> dict[int, ShownMail]:
    """What those of these messages have that came by mail; one statement where there is any."""
    mailed = mailed_of([row.id for row in rows if row.channel == "mail" and row.withdrawn_at is None])
    return {
        each.message_id: ShownMail([_sentence(**note) for note in each.notes], each.quoted, each.is_proven)
        for each in mailed.values()
    }


def mailed_part(mail: ShownMail | None, *, tells_proof: bool = False) -> Markup:
    """Printed below the text of the message; with `tells_proof` it also says when nobody proved the sender."""
    if mail is None:
        return Markup("")
    is_doubtful = tells_proof and not mail.is_proven
    quoted = customer_text(mail.quoted) if mail.quoted else ""
    return render_fragment("questions/_mailed.html", notes=mail.notes, quoted=quoted, is_doubtful=is_doubtful)


def _sentence(name: str, reason: str) -> str:
    if reason == "long":
        return _("This text is longer than a message can be; all of it is in the file %(name)s.", name=name)
    if reason == "parts":
        return _("This mail has more parts than we take; not all of them are here.")
    return refusal(name, Reason(reason)).sentence
