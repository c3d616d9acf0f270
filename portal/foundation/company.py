"""Who the portal speaks for: name, look, languages, place and notices, read from `company.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.foundation.errors import SettingError
from portal.foundation.rendering.colours import Palette, palette
from portal.foundation.web.here import OnePerApp

LANGUAGES = {"de": "Deutsch", "en": "English"}
_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True)
class Notice:
    """A sentence for every page between two days (both included); `tone` is `info` or `warning`."""

    texts: Mapping[str, str]
    tone: str = "info"
    url: str | None = None
    since: date | None = None
    until: date | None = None

    def is_shown(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, eq=False)
class Company:
    """The company as the pages need it. What belongs to one room is read there, from `sections` of the file."""

    name: str
    legal_name: str
    address_lines: tuple[str, ...]
    taglines: Mapping[str, str]
    palette: Palette
    logo: str | None
    logo_dark: str | None
    picture: str | None
    languages: tuple[str, ...]
    is_informal: bool
    zone: ZoneInfo
    notices: tuple[Notice, ...] = ()
    sections: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def default_language(self) -> str:
        return self.languages[0]


COMPANY = OnePerApp[Company]("company")


def read_company(folder: Path) -> Company:
    """The company of a content folder; a folder without the file gets a plain one. SettingError names what is wrong."""
    path = folder / "company.toml"
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return company_from(written, folder)
    except (ValueError, TypeError, OSError, RecursionError) as error:
        raise SettingError(f"company.toml cannot be used: {error}.") from error


def company_from(written: Mapping[str, Any], folder: Path) -> Company:
    """The company of an already read file; ValueError says what to write instead."""
    _check_security(written)
    look, place, words = (_table(written, name) for name in ("look", "place", "language"))
    return Company(
        name=_text(written, "name", folder.resolve().name.replace("-", " ").title()),
        legal_name=_text(written, "legal_name", ""),
        address_lines=tuple(str(line) for line in place.get("address", ())),
        taglines=_both(written.get("tagline", ""), "tagline"),
        palette=palette(_text(look, "colour", "#1f5f8b")),
        logo=_file(look, "logo", folder),
        logo_dark=_file(look, "logo_dark", folder),
        picture=_picture(look, folder),
        languages=_languages(words),
        is_informal=_one_of(words, "address", ("Sie", "Du")) == "Du",
        zone=_zone(place),
        notices=tuple(_notice(each) for each in written.get("notice", ())),
        sections=MappingProxyType(dict(written)),
    )


def localised(value: Any, language: str) -> str:
    """One language of a value that is a text, or a table `{de = "…", en = "…"}`."""
    if isinstance(value, Mapping):
        return str(value.get(language) or next(iter(value.values()), ""))
    return str(value)


def _table(written: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = written.get(name, {})
    if not isinstance(table, Mapping):
        raise ValueError(f"{name} must be a table: write [{name}] on a line of its own")
    return table


def _text(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text in quotes")
    return value


def _both(value: Any, key: str) -> Mapping[str, str]:
    if not isinstance(value, (str, Mapping)):
        raise ValueError(f'{key} must be a text, or {{de = "…", en = "…"}}')
    return MappingProxyType({language: localised(value, language) for language in LANGUAGES})


def _file(table: Mapping[str, Any], key: str, folder: Path) -> str | None:
    name = _text(table, key, "")
    if name and ("/" in name or not (folder / name).is_file()):
        raise ValueError(f"{key} must name a file beside company.toml, {name!r} is none")
    return name or None


def _picture(look: Mapping[str, Any], folder: Path) -> str | None:
    name = _file(look, "picture", folder)
    # Whoever shows links elsewhere draws no SVG.
    if name and Path(name).suffix.lower() not in _PICTURES:
        raise ValueError(
            f"picture must be one of {', '.join(_PICTURES)}, best 1200 wide and 630 high; {name!r} is none"
        )
    return name


def _languages(words: Mapping[str, Any]) -> tuple[str, ...]:
    offered = tuple(words.get("offered", ("de", "en")))
    unknown = [language for language in offered if language not in LANGUAGES]
    if unknown or not offered:
        wrong = ", ".join(map(str, unknown)) or "nothing"
        raise ValueError(f"language.offered may hold {', '.join(LANGUAGES)}; {wrong} is not known")
    return offered


def _one_of(table: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = table.get(key, choices[0])
    if value not in choices:
        raise ValueError(f"{key} must be one of {', '.join(choices)}")
    return str(value)


def _zone(place: Mapping[str, Any]) -> ZoneInfo:
    name = _text(place, "time_zone", "Europe/Berlin")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"time_zone {name!r} is not known, write for example Europe/Berlin") from error


def _notice(written: Any) -> Notice:
    if not isinstance(written, Mapping):
        raise ValueError("a notice must be a table: write [[notice]] on a line of its own")
    since, until = written.get("since"), written.get("until")
    # A moment is a date as well, but cannot be compared with one.
    if not all(day is None or type(day) is date for day in (since, until)):
        raise ValueError("since and until of a notice must be dates, for example 2026-12-24")
    tone = _one_of(written, "tone", ("info", "warning"))
    return Notice(_both(written.get("text", ""), "text"), tone, _text(written, "url", "") or None, since, until)


def _check_security(written: Mapping[str, Any]) -> None:
    """What `security.txt` will say: an address and a date."""
    security = _table(written, "security")
    _text(security, "contact", "")
    if not isinstance(security.get("expires", date.max), date):
        raise ValueError("expires of security must be a date, for example 2027-12-31")
