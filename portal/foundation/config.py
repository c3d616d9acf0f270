"""Settings come from the environment; a wrong value stops the start with a sentence that says what to write."""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.foundation.errors import SettingError
from portal.foundation.setting_readers import (
    bind_address,
    database_address,
    hook_address,
    mail_server,
    mailbox_server,
    read_crash_points,
    read_endings,
    read_folder,
    read_hops,
    read_hosts,
    read_key_pair,
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

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_UPLOAD_TYPES = "pdf,png,jpg,jpeg,webp,txt,docx,odt,xlsx,csv"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default as the operator would write it, what it does, how it is read."""

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
        "DATABASE_URL", "", "Empty: SQLite in PORTAL_DATA. Else postgresql://user:password@host/name.", database_address
    ),
    Setting(
        "MAIL_URL",
        "",
        "Mail server: smtp://user:password@host:port or smtps://… Empty: mails become files in PORTAL_DATA/mail.",
        mail_server,
    ),
    Setting(
        "BOUNCES",
        "",
        "Maildir into which your mail server delivers what comes back to `bounces` of company.toml. Empty: unread.",
        read_maildir,
    ),
    Setting(
        "MAILBOX_URL",
        "",
        "Mailbox whose mails become questions: imaps://user:password@host/INBOX. Empty: none is read.",
        mailbox_server,
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
    ),
    Setting("HOOK_SECRET", "", "At least 32 characters; what is told to HOOK_URL is signed with it.", str),
    Setting("HOOK_MAY_BE_LOCAL", "0", "For tests in development: 1 also calls http and this machine.", read_switch),
    Setting(
        "REDIS_URL",
        "",
        "redis://host:6379/0, so that limits of all machines count together. Empty: each process counts for itself.",
        redis_address,
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


@dataclass(frozen=True)
class Config:
    """All settings, read and checked."""

    stage: str
    data: Path
    content: Path
    url: str
    hosts: tuple[str, ...]
    port: int
    proxy_hops: int
    database_url: str
    secret_key: str
    allow_old_sqlite_wal: bool
    upload_types: tuple[str, ...] = read_endings(DEFAULT_UPLOAD_TYPES)
    vault_keys: tuple[str, ...] = ()
    mail_url: str = ""
    crash_at: tuple[str, ...] = ()
    thesaurus: Path | None = None
    by_meaning: bool = False
    hook_url: str = ""
    hook_secret: str = ""
    hook_may_be_local: bool = False
    edits_content: bool = True
    backups: Path | None = None
    redis_url: str = ""
    metrics_token: str = ""
    uploads: Path | str | None = None
    uploads_key: str = ""
    uploads_region: str = "us-east-1"
    bounces: Path | None = None
    mailbox_url: str = ""
    time_server: str = ""
    drain_seconds: int = 0

    @property
    def is_production(self) -> bool:
        return self.stage == "production"

    @property
    def trusted_hosts(self) -> list[str]:
        """Every host name the portal answers to; another one gets 400."""
        own = urlsplit(self.url).hostname or "localhost"
        return [own, *self.hosts, *(() if self.is_production else LOOPBACK_HOSTS)]


def read_settings(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Every setting by its name; SettingError names the first wrong one. Nothing is written."""
    return {setting.name: _read(setting, environment) for setting in SETTINGS}


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """The settings of this environment; SettingError names the first wrong one."""
    read = read_settings(environment)
    config = Config(
        stage=read["PORTAL_STAGE"],
        data=read["PORTAL_DATA"],
        content=read["PORTAL_CONTENT"],
        url=read["PORTAL_URL"] or f"http://127.0.0.1:{read['PORT']}",
        hosts=read["PORTAL_HOSTS"],
        port=read["PORT"],
        proxy_hops=read["PROXY_HOPS"],
        database_url=read["DATABASE_URL"] or f"sqlite:///{read['PORTAL_DATA'] / 'portal.sqlite'}",
        secret_key=_secret(read["SECRET_KEY"], read["PORTAL_DATA"]),
        allow_old_sqlite_wal=read["ALLOW_OLD_SQLITE_WAL"],
        mail_url=read["MAIL_URL"],
        crash_at=read["PORTAL_CRASH_AT"],
        hook_url=read["HOOK_URL"],
        hook_secret=read["HOOK_SECRET"],
        hook_may_be_local=read["HOOK_MAY_BE_LOCAL"],
        vault_keys=read["VAULT_KEYS"],
        edits_content=read["EDIT_CONTENT"],
        upload_types=read["UPLOAD_TYPES"],
        thesaurus=read["SEARCH_THESAURUS"],
        by_meaning=read["SEARCH_BY_MEANING"],
        backups=read["BACKUP_FOLDER"],
        redis_url=read["REDIS_URL"],
        metrics_token=read["METRICS_TOKEN"],
        uploads=read["UPLOADS"],
        uploads_key=read["UPLOADS_KEY"],
        uploads_region=read["UPLOADS_REGION"],
        bounces=read["BOUNCES"],
        mailbox_url=read["MAILBOX_URL"],
        time_server=read["TIME_SERVER"],
        drain_seconds=read["DRAIN_SECONDS"],
    )
    _refuse_unsafe(config)
    return config


def _read(setting: Setting, environment: Mapping[str, str]) -> Any:
    text = environment.get(setting.name, "").strip() or setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        # The sentence ends up in logs: what stands before the @ of an address is a password.
        shown = "…" if setting.is_secret else re.sub(r"//[^@]*@", "//…@", text)
        raise SettingError(f"{setting.name}={shown!r} cannot be used: {error}.") from error


def _refuse_unsafe(config: Config) -> None:
    if config.is_production:
        for is_unsafe, sentence in _dangers(config):
            if is_unsafe:
                raise SettingError(sentence)

    if config.hook_url and len(config.hook_secret) < 32:
        raise SettingError("HOOK_SECRET cannot be used: write at least 32 characters, the other side needs the same.")
    if isinstance(config.uploads, str) and not config.uploads_key:
        raise SettingError(
            "UPLOADS_KEY cannot be empty beside object storage in UPLOADS: write name and secret of its key."
        )


def _dangers(config: Config) -> Iterator[tuple[bool, str]]:
    """What must not be so where people rely on the portal, each with what to write instead."""
    yield (
        not config.url.startswith("https://"),
        f"PORTAL_URL={config.url!r} cannot be used in production: write the https:// address that customers use.",
    )
    yield bool(config.crash_at), "PORTAL_CRASH_AT cannot be used in production: leave it empty."
    yield config.hook_may_be_local, "HOOK_MAY_BE_LOCAL cannot be used in production: leave it empty."
    yield (
        bool(config.hook_url) and not config.hook_url.startswith("https://"),
        "HOOK_URL cannot be used in production: write an https:// address.",
    )
    yield (
        isinstance(config.uploads, str) and not config.uploads.startswith("https://"),
        "UPLOADS cannot be used in production: files of customers would travel readable; write an https:// address.",
    )
    yield (
        not config.mail_url,
        "MAIL_URL cannot be empty in production, because no mail would leave: write smtp://user:password@host:port.",
    )
    yield (
        config.proxy_hops == 0,
        "PROXY_HOPS=0 cannot be used in production: the portal speaks no TLS itself, so a proxy of yours stands in "
        "front; write how many, mostly 1. With 0 all people would share one address and its limits.",
    )
    yield (
        len(set(config.secret_key)) < 10,
        "SECRET_KEY cannot be used in production, because it can be guessed: write 32 or more random characters, "
        "or leave it empty to have one made.",
    )
    yield (
        config.secret_key in config.vault_keys,
        "VAULT_KEYS must not hold SECRET_KEY: `flask user new-vault-key` makes another.",
    )
    yield (
        any((file := config.data / name).exists() and file.stat().st_mode & 0o077 for name in ("secret", "vault-keys")),
        f"Others on this machine may read the keys in {config.data}: run chmod 600 on `secret` and `vault-keys` there.",
    )


def _secret(given: str, data: Path) -> str:
    if given and len(given) < 32:
        raise SettingError(
            "SECRET_KEY cannot be used: write at least 32 characters, or leave it empty to have one made."
        )
    return given or _kept_secret(data / "secret")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()
