"""Erase a person, a closed account, or old things: everything in one transaction, bytes right after it (OR-05)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from portal.accounts.models import User
from portal.attachments.discarding import remove_discarded
from portal.departure.models import AccountClosing
from portal.departure.notices import tell_erased
from portal.departure.queries import is_unknown, kept_of, trail_of, trail_of_address
from portal.foundation.crash import crash_point
from portal.foundation.database import db, transaction
from portal.foundation.files.erased import Erased, note_erased
from portal.foundation.i18n import local_date
from portal.foundation.personal_data import ALL_HOLDINGS, Kept, Trail
from portal.journal.actions import audit


def erase_person(user: User, *, now: datetime) -> list[Kept]:
    """Erase everything held of an account's owner that no norm keeps; what is kept. Contracts are not touched."""
    trail = trail_of(user, now=now)
    address, name, language = user.email, user.name, user.language
    with transaction():
        kept = erase_trail(trail)
        tell_erased(address, name, language, written(kept), now=now)
    remove_discarded(now)
    return kept


def erase_unknown(trail: Trail) -> list[Kept]:
    """Erase what is held of somebody who asked in another way, with or without an account; what is kept. No mail."""
    with transaction():
        kept = erase_trail(trail)
    remove_discarded(trail.now)
    return kept


def erase_closed(closing_id: int, *, now: datetime) -> None:
    """Erase an account whose time to be opened again is over; what is not settled stays with its guest."""
    with transaction():
        closing = db.session.get(AccountClosing, closing_id, populate_existing=True, with_for_update=True)
        if closing is None or closing.reopened_at is not None or closing.erase_at > now:
            return
        user = db.session.get_one(User, closing.user_id)
        erase_trail(trail_of(user, now=now, spares_open=True))


def erase_again(noted: Iterable[Erased], *, now: datetime) -> int:
    """Erase those whom a restore has brought back; how many there were."""
    amount = 0
    for person in noted:
        for address in person.addresses:
            trail = trail_of_address(address, now=now)
            if trail is not None and not is_unknown(trail):
                trail.spares_open = person.spares_open
                erase_unknown(trail)
                amount += 1
    return amount


def erase_things(trail: Trail) -> None:
    """Erase single things that are old enough, of whoever they are."""
    with transaction():
        _erase(trail)


def erase_trail(trail: Trail) -> list[Kept]:
    """Gather, then erase, inside the caller's transaction; the evidence names nobody.

    The note beside the backups comes before the commit: what was asked for is done again, whatever happens now.
    """
    kept = kept_of(trail)
    note_erased(trail.addresses, now=trail.now, spares_open=trail.spares_open)
    _erase(trail)
    amounts = {kind: len(ids) for kind, ids in trail.things.items() if kind != "needed_customer"}
    audit("person.erased", at=trail.now, amounts=amounts, kept=len(kept))
    return kept


def written(kept: Sequence[Kept]) -> list[dict[str, str]]:
    """What stays, as a mail or a file says it."""
    return [
        {"what": each.what, "norm": each.norm, "until": local_date(each.until) if each.until else ""} for each in kept
    ]


def _erase(trail: Trail) -> None:
    # Whose contracts there are says which declarations are meant: lower floors first.
    for holding in reversed(ALL_HOLDINGS.here()):
        holding.collect(trail)
    # Nothing needs the person any more: then nothing of them stays.
    trail.spares_open = trail.spares_open and bool(trail.things.get("needed_customer"))
    # What was loaded so far is about to go.
    db.session.flush()
    for holding in ALL_HOLDINGS.here():
        holding.erase(trail)
        crash_point("erase_half")
    db.session.expire_all()
