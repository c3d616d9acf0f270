"""Every setting: an environment variable, what it does, and how it is read (docs/settings.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.foundation.settings.readers import (
    bind_address,
    database_address,
    hook_address,
    issuer_address,
    mail_server,
    mailbox_server,
    read_crash_points,
    read_endings,
    read_folder,
    read_hops,
    read_hosts,
    read_key_pair,
    read_label,
    read_listed,
    read_maildir,
    read_place_of_uploads,
    read_port,
    read_seconds,
    read_stage,
    read_switch,
    read_thesaurus_folder,
    read_token,
    read_workers,
    redis_address,
    time_server_name,
    web_address,
)

DEFAULT_UPLOAD_TYPES = "pdf,png,jpg,jpeg,webp,txt,docx,odt,xlsx,csv"


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default as the operator would write it, what it does, how it is read.

    Of one that is or may hold a secret (`is_secret`) nothing is shown, however it was mistyped.
    """

    name: str
    default: str
    help: str
    read: Callable[[str], Any]
    is_secret: bool = False


SETTINGS = (
    Setting(
        "PORTAL_STAGE", "development", "`production` refuses unsafe settings and hides development pages.", read_stage
    ),
    Setting(
        "PORTAL_DATA", "instance", "Folder for everything that happens: database, snapshot, index, secret.", read_folder
    ),
    Setting(
        "PORTAL_CONTENT", "content", "Folder of everything the company says: FAQ, pages, company file.", read_folder
    ),
    Setting(
        "SEARCH_THESAURUS",
        "",
        "Folder of a thesaurus that the search asks about words nobody else knows, for example /usr/share/mythes.",
        read_thesaurus_folder,
    ),
    Setting(
        "SEARCH_BY_MEANING",
        "0",
        "1 also asks a small language model what a search means; it needs a package more.",
        read_switch,
    ),
    Setting(
        "EDIT_CONTENT",
        "1",
        "0 when the FAQ is edited in git: the desk shows and checks articles and offers them for download.",
        read_switch,
    ),
    Setting(
        "PORTAL_URL",
        "",
        "Public address, used in links and feeds; never taken from the request. Empty: http://127.0.0.1:PORT.",
        lambda text: web_address(text) if text else "",
    ),
    Setting(
        "PORTAL_HOSTS",
        "",
        "Further host names that may be asked for, separated by commas; any other is refused.",
        read_hosts,
    ),
    Setting("PORT", "8000", "Port that `make run` listens on.", read_port),
    Setting("PROXY_HOPS", "0", "How many proxies of yours stand in front and set X-Forwarded-For.", read_hops),
    Setting(
        "DATABASE_URL",
        "",
        "Empty: SQLite in PORTAL_DATA. Else postgresql://user:password@host/name.",
        database_address,
        is_secret=True,
    ),
    Setting(
        "MAIL_URL",
        "",
        "Mail server: smtp://user:password@host:port or smtps://… Empty: mails become files in PORTAL_DATA/mail.",
        mail_server,
        is_secret=True,
    ),
    Setting(
        "MAILBOX_URL",
        "",
        "Mailbox whose mails become questions: imaps://user:password@host/INBOX. Empty: none is read.",
        mailbox_server,
        is_secret=True,
    ),
    Setting(
        "BOUNCES",
        "",
        "Maildir into which your mail server delivers what comes back to `bounces` of company.toml. Empty: unread.",
        read_maildir,
    ),
    Setting(
        "SECRET_KEY",
        "",
        "At least 32 characters. Empty: made at first start and kept in PORTAL_DATA.",
        str,
        is_secret=True,
    ),
    Setting(
        "VAULT_KEYS",
        "",
        "Keys that encrypt the seeds of second factors, separated by commas; the first one seals. "
        "Empty: made at first start and kept in PORTAL_DATA.",
        read_listed,
        is_secret=True,
    ),
    Setting(
        "OIDC_ISSUER",
        "",
        "Your provider of single sign-on (OpenID Connect), by which colleagues sign in: its https address, "
        "as it names itself. Empty: none.",
        issuer_address,
    ),
    Setting("OIDC_CLIENT_ID", "", "Under which name that provider knows the portal.", str),
    Setting("OIDC_CLIENT_SECRET", "", "The secret that the provider gave to the portal.", str, is_secret=True),
    Setting(
        "OIDC_NAME",
        "",
        "What colleagues call that sign-in: the button says `Sign in with …`. Empty: the name of company.toml.",
        read_label,
    ),
    Setting(
        "OIDC_SECOND_FACTOR",
        "",
        "Empty: the portal asks for its own second factor as well. `always`: the provider demands one of everybody. "
        "Else values of `acr` or `amr`, separated by commas, by which it says so.",
        read_listed,
    ),
    Setting(
        "OIDC_REQUIRED",
        "0",
        "1 lets colleagues in by the provider alone: neither by password nor by a mailed link.",
        read_switch,
    ),
    Setting(
        "ALLOW_OLD_SQLITE_WAL",
        "0",
        "1 uses SQLite's write-ahead log even in versions with the WAL-reset fault.",
        read_switch,
    ),
    Setting(
        "UPLOAD_TYPES",
        DEFAULT_UPLOAD_TYPES,
        "Endings of files that may be attached; also known: heic, log, pptx, ods, odp.",
        read_endings,
    ),
    Setting(
        "UPLOADS",
        "",
        "Where files that people send lie. Empty: uploads in PORTAL_DATA. "
        "Else a folder that all machines mount, or https://host/bucket of an S3-compatible storage.",
        read_place_of_uploads,
    ),
    Setting(
        "UPLOADS_KEY",
        "",
        "Name and secret of the key for that storage, with a colon between.",
        read_key_pair,
        is_secret=True,
    ),
    Setting("UPLOADS_REGION", "us-east-1", "Region of that storage; most of those you run yourself take any.", str),
    Setting(
        "HOOK_URL",
        "",
        "https address of your billing that is told of cancellations, on port 443 or 8443. Empty: nobody is told.",
        hook_address,
        is_secret=True,
    ),
    Setting(
        "HOOK_SECRET",
        "",
        "At least 32 characters; what is told to HOOK_URL is signed with it.",
        str,
        is_secret=True,
    ),
    Setting("HOOK_MAY_BE_LOCAL", "0", "For tests in development: 1 also calls http and this machine.", read_switch),
    Setting(
        "REDIS_URL",
        "",
        "redis://host:6379/0, so that limits of all machines count together. Empty: each process counts for itself.",
        redis_address,
        is_secret=True,
    ),
    Setting(
        "METRICS_TOKEN",
        "",
        "Who sends it as `Authorization: Bearer …` reads /metrics and the details of /readyz. "
        "Empty: the machine itself alone.",
        read_token,
        is_secret=True,
    ),
    Setting(
        "BACKUP_FOLDER",
        "",
        "Folder for a backup every day, best on another disk. Empty: none by itself.",
        lambda text: read_folder(text) if text else None,
    ),
    Setting("TIME_SERVER", "", "Time server (NTP) with which every process compares its clock.", time_server_name),
    Setting(
        "PORTAL_CRASH_AT", "", "For tests in development: points at which a process dies at once.", read_crash_points
    ),
    Setting(
        "DRAIN_SECONDS",
        "0",
        "How many seconds a web process that is told to stop says so on /readyz before it takes nothing new.",
        read_seconds,
    ),
    Setting("WEB_WORKERS", "2", "Web processes of `make run` and of gunicorn with `portal/serving.py`.", read_workers),
    Setting(
        "BIND",
        "",
        "Address and port, when another than the loopback address is wanted. Empty: 127.0.0.1:PORT.",
        bind_address,
    ),
)
