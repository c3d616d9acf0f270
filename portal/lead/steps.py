"""The first steps of an operator; each looks by itself whether it is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import request, url_for
from flask_babel import gettext as _

from portal.faq.queries import library
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG, ROOT
from portal.foundation.i18n import offered
from portal.foundation.web.proxies import forwarded, seem_counted
from portal.lead.queries import mail_was_sent, staff_accounts, worker_seen_at

# A worker that does its duties writes at least this often.
_WORKER_ALIVE = timedelta(minutes=15)
_BACKUP_FRESH = timedelta(days=2)
_LEGAL_PAGES = 3


@dataclass(frozen=True)
class Step:
    """One step: what it is, whether it is done, and what to do, with the page of the documentation or of the desk."""

    name: str
    is_done: bool
    hint: str
    where: str = ""
    url: str = ""


def first_steps(now: datetime) -> list[Step]:
    """Every step in its order."""
    return [step for look in _LOOKS for step in look(now)]


def _company(_now: datetime) -> Iterator[Step]:
    company, config = COMPANY.here(), CONFIG.here()
    is_own = config.content.resolve() != (ROOT / "content").resolve()
    yield Step(
        _("Your own content"),
        is_own,
        _("Copy the folder content/ and set PORTAL_CONTENT to the copy; what is there speaks for an invented company."),
        "docs/content.md",
    )
    yield Step(
        _("Company filled in"),
        is_own and bool(company.legal_name and company.address_lines and all(company.taglines.values())),
        _("Write name, legal name, address and tagline into company.toml."),
        "docs/content.md",
    )
    yield Step(
        _("Imprint, privacy and terms"),
        is_own and all(len(library().pages_in(language)) >= _LEGAL_PAGES for language in offered()),
        _("Write the pages of the footer in every language: content/pages/."),
        "docs/content.md",
    )
    yield Step(
        _("Opening hours"),
        "hours" in company.sections,
        _("Promises count in them: [hours] of company.toml."),
        "docs/promises.md",
    )


def _files(_now: datetime) -> Iterator[Step]:
    content = CONFIG.here().content
    yield Step(
        _("Topics"),
        (content / "topics.toml").is_file(),
        _("What people can ask about: topics.toml."),
        "docs/asking.md",
    )
    yield Step(
        _("Service levels"),
        (content / "service-levels.toml").is_file(),
        _("What is promised, by written criteria: service-levels.toml."),
        "docs/promises.md",
    )
    published = any(True for language in offered() for _each in (content / "faq" / language).rglob("*.md"))
    yield Step(_("Help articles"), published, _("Write the ten answers that you give most often."), "docs/content.md")


def _running(now: datetime) -> Iterator[Step]:
    config, seen = CONFIG.here(), worker_seen_at()
    yield Step(
        _("Production"),
        config.is_production and config.url.startswith("https://"),
        _("Set PORTAL_STAGE=production and PORTAL_URL to the address that customers use."),
        "docs/settings.md",
    )
    named, address = forwarded(request.headers.get("X-Forwarded-For", "")), request.remote_addr or ""
    yield Step(
        _("Proxies counted"),
        seem_counted(named, config.proxy_hops, address),
        _(
            "Set PROXY_HOPS to the number of your proxies: on the way to this page %(count)s have named an address, "
            "you are counted as %(address)s.",
            count=len(named),
            address=address,
        ),
        "docs/settings.md",
    )
    yield Step(
        _("Worker seen"),
        seen is not None and now - seen < _WORKER_ALIVE,
        _("Start `flask work` as a service; without it no mail leaves the house."),
        "docs/running.md",
    )
    yield Step(
        _("Mail sent"),
        bool(config.mail_url) and mail_was_sent(),
        _("Name your mail server in MAIL_URL, then send one: `flask mail test`."),
        "docs/mail.md",
        url_for("lead.mails"),
    )
    yield Step(
        _("Backup"),
        _has_backup(config.backup_folder or config.data / "backups", now),
        _("Name a folder in BACKUP_FOLDER, best on another disk: the worker makes a backup there every day."),
        "docs/running.md",
    )


def _people(_now: datetime) -> Iterator[Step]:
    begun = [each for each in staff_accounts() if each.disabled_at is None and each.confirmed_at is not None]
    yield Step(
        _("Colleagues invited"),
        len(begun) > 1,
        _("Invite those who answer with you."),
        "docs/accounts.md",
        url_for("lead.people"),
    )
    yield Step(
        _("Second factor for everybody"),
        bool(begun) and all(each.has_second_factor for each in begun),
        _("Everybody who works here sets it up in the own account."),
        "docs/accounts.md",
        url_for("lead.people"),
    )


def _has_backup(folder: Path, now: datetime) -> bool:
    """Whether a finished backup lies there that is young enough."""
    try:
        made = [each.stat().st_mtime for each in folder.iterdir() if not each.name.startswith(".")]
    except OSError:
        return False
    return bool(made) and now.timestamp() - max(made) < _BACKUP_FRESH.total_seconds()


_LOOKS: tuple[Callable[[datetime], Iterator[Step]], ...] = (_company, _files, _people, _running)
