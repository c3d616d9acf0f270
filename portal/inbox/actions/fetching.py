"""Mails are brought from a mailbox: kept first, then counted as read; nothing there is changed (specs: SR-43)."""

import logging
from datetime import timedelta

from portal.foundation import clock
from portal.foundation.crash import crash_point
from portal.foundation.database import db, end_reading, insert_once, transaction
from portal.foundation.settings.mail_url import MailServer, mailbox_name
from portal.inbox.actions.keeping import LARGEST, Arrival, keep_mail
from portal.inbox.mailbox import Mailbox, MailboxFailed, NotGiven, open_mailbox
from portal.inbox.models import MailboxProgress
from portal.inbox.rules.judging import Reason

log = logging.getLogger(__name__)

_PIECE = 50
# Where numbers were given anew, mails are told by when they came; clocks of servers differ.
_OVERLAP = timedelta(days=1)


def read_mailbox(server: MailServer, folder: str) -> bool:
    """Bring some mails that are new there; whether more wait. A mailbox that fails is written down, and tried again."""
    name = mailbox_name(server, folder)
    try:
        with open_mailbox(server, folder) as box:
            uids, is_anew = _new_in(box, name)
            for uid in uids[:_PIECE]:
                _bring(box, uid, name)
                _note(name, last_uid=uid)
            if is_anew and len(uids) <= _PIECE:
                # Everything that is here came before that day or was brought just now.
                _note(name, last_uid=max([box.next_uid - 1, *uids]), taken_since=None)
    except MailboxFailed as error:
        _note_failure(name, str(error).replace(server.password, "…"))
        return False
    has_more = len(uids) > _PIECE
    # Only from the end can be told by the day what is new.
    _note(name, failing_since=None, problem="", **({} if has_more else {"read_at": clock.now()}))
    return has_more


def _new_in(box: Mailbox, name: str) -> tuple[list[int], bool]:
    """The numbers of what is new, and whether that is told by the day because numbers were given anew.

    What lay there before the portal looked for the first time is nobody's question.
    """
    known = db.session.get(MailboxProgress, name)
    if known is None or not known.uid_validity:
        _note(name, uid_validity=box.validity, last_uid=box.next_uid - 1)
        log.info("the mailbox is read from now on; what lies there already is left alone")
        return [], False
    last, since = known.last_uid, known.taken_since
    if known.uid_validity != box.validity:
        log.warning("the mail server has numbered the mailbox anew")
        last, since = 0, (known.read_at or clock.now()) - _OVERLAP
        _note(name, uid_validity=box.validity, last_uid=last, taken_since=since)
    end_reading()
    return list(box.above(last, since)), since is not None


def _bring(box: Mailbox, uid: int, name: str) -> None:
    """Keep one mail; one that is gone is nothing, and of one that is too large or not given, what there is."""
    reason: Reason | None = None
    raw: bytes | None
    try:
        known = box.size_and_date(uid)
        if known is None:
            return
        reason = Reason.LARGE if known[0] > LARGEST else None
        raw = box.head(uid) if reason else box.whole(uid)
    except NotGiven:
        known, reason, raw = (0, None), Reason.NOT_GIVEN, f"Subject: {name} {uid}\n\n".encode()
    if raw is None:
        return
    now = clock.now()
    arrived = min(known[1] or now, now)
    keep_mail(Arrival(raw, name, arrived, reason=reason), now=now)
    crash_point("mail_brought")


def _note(name: str, **values: object) -> None:
    with transaction():
        db.session.execute(
            insert_once(MailboxProgress, {"name": name, "uid_validity": 0, "last_uid": 0, "problem": ""})
        )
        row = db.session.get_one(MailboxProgress, name, populate_existing=True)
        for key, value in values.items():
            setattr(row, key, value)


def _note_failure(name: str, problem: str) -> None:
    known, now = db.session.get(MailboxProgress, name), clock.now()
    since = known.failing_since if known is not None else None
    if since is None:
        log.error("the mailbox of MAILBOX_URL cannot be read: %s", problem)
    _note(name, failing_since=since or now, problem=problem[:200])
