"""Secrets that must be read again, such as the seeds of second factors: encrypted with keys of their own (OR-03)."""

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask

from portal.foundation.errors import SettingError
from portal.foundation.files.durable import kept_once
from portal.foundation.web.here import OnePerApp

_VAULT = OnePerApp[MultiFernet]("vault")


class Sealed(Exception):
    """None of the keys opens what was kept."""


def set_up_vault(app: Flask, given: tuple[str, ...], data: Path) -> None:
    """Take the keys of the setting, or the file that is made at first start; the first one seals, all of them open.

    SettingError when one of them is no key.
    """
    keys = given or kept_once(data / "vault-keys", _file).split()
    try:
        _VAULT.put(app, MultiFernet([Fernet(key) for key in keys]))
    except ValueError as error:
        raise SettingError(
            "VAULT_KEYS cannot be used: each key is 32 bytes in URL-safe base64, as `flask user new-vault-key` prints."
        ) from error


def seal(plain: str) -> str:
    """What may be kept in the database."""
    return _VAULT.here().encrypt(plain.encode()).decode()


def unseal(kept: str) -> str:
    """What was sealed; Sealed when its key is gone."""
    try:
        return _VAULT.here().decrypt(kept).decode()
    except InvalidToken as error:
        raise Sealed from error


def reseal(kept: str) -> str:
    """The same secret, sealed with the first key."""
    try:
        return _VAULT.here().rotate(kept).decode()
    except InvalidToken as error:
        raise Sealed from error


def new_vault_key() -> str:
    """A key for the setting or the file."""
    return Fernet.generate_key().decode()


def _file() -> str:
    return new_vault_key() + "\n"
