"""Which state of the schema this code is made for, and which one a database has; without the tool that migrates."""

import re
from functools import cache

from sqlalchemy import Connection, inspect, text

from portal.foundation.config import ROOT
from portal.foundation.errors import SettingError

_FOLDER = ROOT / "portal" / "migrations" / "versions"
_LINE = re.compile(r'^(revision|down_revision) = "(\w+)"', re.MULTILINE)


@cache
def known_revisions() -> frozenset[str]:
    """Every state of the schema that this code can name."""
    return frozenset(_named("revision"))


@cache
def newest_revision() -> str:
    """The state that this code is made for."""
    (newest,) = set(_named("revision")) - set(_named("down_revision"))
    return newest


def revision_of(connection: Connection) -> str | None:
    """The state that a database has; None when it was never set up."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def refuse_foreign_schema(connection: Connection) -> None:
    """SettingError with what to do when this code must not be started on that database (DR-10).

    A process that runs already goes on with a newer schema: a release reads what the next one makes of it.
    """
    found = revision_of(connection)
    if found is None:
        raise SettingError("The database was never set up: run `flask setup` first.")
    if found not in known_revisions():
        raise SettingError(
            f"The database has the schema {found}, which this version does not know: a newer version has set it up. "
            "Start that version, or restore the backup that was made before."
        )
    if found != newest_revision():
        raise SettingError(
            f"The database has the schema {found}, this version needs {newest_revision()}: run `flask setup` first."
        )


def refuse_few_letters(connection: Connection) -> None:
    """SettingError when a PostgreSQL keeps text in a way that lacks letters which people type."""
    if connection.dialect.name == "postgresql" and (kept := connection.scalar(text("SHOW server_encoding"))) != "UTF8":
        raise SettingError(
            f"The database keeps text as {kept}, which lacks letters that people type: "
            "make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )


def _named(word: str) -> list[str]:
    lines = (found for path in _FOLDER.glob("*.py") for found in _LINE.findall(path.read_text(encoding="utf-8")))
    return [revision for name, revision in lines if name == word]
