"""What accounts hold of a person: who they are, where they are signed in, how they sign in."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import Session, User
from portal.accounts.queries import links_of
from portal.accounts.rules import browser_name
from portal.foundation.company import LANGUAGES
from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail, remove_where


def _collect(trail: Trail) -> None:
    if trail.is_person and trail.user_id is not None:
        trail.add("user", [trail.user_id])


def _erase(trail: Trail) -> None:
    # Sessions, recovery codes, links to the company's sign-in and drafts go with the row.
    remove_where(User.id, trail.of("user"))


def _export(trail: Trail) -> Iterator[Section]:
    user = db.session.get(User, trail.user_id) if trail.user_id else None
    if user is not None:
        yield Section("account", _("Your account"), [Record(user.name, _facts(user))])
        yield Section("sessions", _("Where you are signed in"), _sessions(user.id))


def _facts(user: User) -> list[Fact]:
    return [
        Fact("name", _("Your name"), user.name),
        Fact("email", _("E-mail address"), user.email),
        Fact("language", _("Language of our mails"), user.language, LANGUAGES.get(user.language, "")),
        Fact("created_at", _("Account since"), user.created_at),
        Fact("confirmed_at", _("Address confirmed"), user.confirmed_at),
        Fact("has_password", _("Password"), _("set") if user.password_hash else _("none")),
        Fact("password_changed_at", _("Password changed"), user.password_changed_at),
        Fact("company_sign_in", _("Company sign-in"), ", ".join(row.called for row in links_of(user.id)) or _("none")),
        Fact("has_second_factor", _("Second factor"), _("on") if user.has_second_factor else _("off")),
    ]


def _sessions(user_id: int) -> Iterator[Record]:
    for row in db.session.scalars(select(Session).filter_by(user_id=user_id).order_by(Session.id)):
        yield Record(
            browser_name(row.browser) or _("Sign-in"),
            [
                Fact("created_at", _("Since"), row.created_at),
                Fact("seen_at", _("Last used"), row.seen_at),
                Fact("ended_at", _("Ended"), row.ended_at),
                Fact("network", _("Network (shortened address)"), row.network),
                Fact("browser", _("Browser"), row.browser),
            ],
        )


HOLDINGS = (
    Holding(
        "accounts",
        tables=("users", "sessions", "recovery_codes", "company_links", "tries"),
        collect=_collect,
        erase=_erase,
        export=_export,
    ),
)
