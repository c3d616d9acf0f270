"""Settings come from the environment; a wrong value stops the start with a sentence that says what to write."""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.foundation.errors import SettingError
from portal.foundation.files.durable import kept_once
from portal.foundation.settings.known import DEFAULT_UPLOAD_TYPES, SETTINGS, Setting
from portal.foundation.settings.oidc import Oidc, read_oidc
from portal.foundation.settings.readers import read_endings
from portal.foundation.web.here import OnePerApp

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Config:
    """All settings, read and checked. A field is called like its setting, in small letters and without `PORTAL_`."""

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
    search_thesaurus: Path | None = None
    search_by_meaning: bool = False
    hook_url: str = ""
    hook_secret: str = ""
    hook_may_be_local: bool = False
    edit_content: bool = True
    backup_folder: Path | None = None
    redis_url: str = ""
    metrics_token: str = ""
    uploads: Path | str | None = None
    uploads_key: str = ""
    uploads_region: str = "us-east-1"
    bounces: Path | None = None
    mailbox_url: str = ""
    time_server: str = ""
    drain_seconds: int = 0
    oidc: Oidc | None = None

    @property
    def is_production(self) -> bool:
        return self.stage == "production"

    @property
    def trusted_hosts(self) -> list[str]:
        """Every host name the portal answers to; another one gets 400."""
        own = urlsplit(self.url).hostname or "localhost"
        return [own, *self.hosts, *(() if self.is_production else LOOPBACK_HOSTS)]


CONFIG = OnePerApp[Config]("config")
_FIELDS = {each.name for each in fields(Config)}


def read_settings(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Every setting by its name; SettingError names the first wrong one. Nothing is written."""
    return {setting.name: _read(setting, environment) for setting in SETTINGS}


def field_of(setting: str) -> str:
    """What the field of `Config` is called that holds this setting."""
    return setting.lower().removeprefix("portal_")


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """The settings of this environment; SettingError names the first wrong one."""
    read = read_settings(environment)
    data = read["PORTAL_DATA"]
    own = {
        "url": read["PORTAL_URL"] or f"http://127.0.0.1:{read['PORT']}",
        "database_url": read["DATABASE_URL"] or f"sqlite:///{data / 'portal.sqlite'}",
        "secret_key": _secret(read["SECRET_KEY"], data),
        "oidc": read_oidc(read),
    }
    config = Config(**{field_of(name): value for name, value in read.items() if field_of(name) in _FIELDS} | own)
    _refuse_unsafe(config)
    return config


def _read(setting: Setting, environment: Mapping[str, str]) -> Any:
    text = environment.get(setting.name, "").strip() or setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        # The sentence ends up in logs.
        shown = "…" if setting.is_secret else text
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
        config.oidc is not None and not config.oidc.issuer.startswith("https://"),
        "OIDC_ISSUER cannot be used in production: whoever stands between could sign in as anybody; "
        "write an https:// address.",
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
        config.backup_folder is not None and not _can_be_written(config.backup_folder),
        f"BACKUP_FOLDER={str(config.backup_folder)!r} cannot be used, because no backup can be written there: "
        "write a folder that the portal may write into, and that ReadWritePaths of its units names.",
    )
    yield (
        config.data.is_dir() and bool(config.data.stat().st_mode & 0o007),
        f"Everybody on this machine may look into {config.data}, where all data of customers lie: run chmod 700 on it.",
    )
    yield (
        any((file := config.data / name).exists() and file.stat().st_mode & 0o077 for name in ("secret", "vault-keys")),
        f"Others on this machine may read the keys in {config.data}: run chmod 600 on `secret` and `vault-keys` there.",
    )


def _can_be_written(folder: Path) -> bool:
    """Whether the folder is there, or can be made, for us to write into."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _secret(given: str, data: Path) -> str:
    if given and len(given) < 32:
        raise SettingError(
            "SECRET_KEY cannot be used: write at least 32 characters, or leave it empty to have one made."
        )
    try:
        # All data of customers lie in it.
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(data, os.W_OK):
            raise PermissionError(0, "nothing can be written there")
        return given or kept_once(data / "secret", lambda: secrets.token_hex(32))
    except OSError as error:
        raise SettingError(
            f"PORTAL_DATA={str(data)!r} cannot be used: {error.strerror}. Write a folder that the portal's user owns."
        ) from error
