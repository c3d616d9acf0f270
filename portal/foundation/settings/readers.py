"""How each setting is read: ValueError says what to write instead."""

import re
from pathlib import Path

from portal.foundation.settings.addresses import parts_of
from portal.foundation.settings.mail_url import read_mail_url, read_mailbox_url

_TOP = Path(__file__).resolve().parents[3]


def read_folder(text: str) -> Path:
    """A folder, from the top of the project when it is not absolute."""
    try:
        path = Path(text).expanduser()
        path.exists()
    except (RuntimeError, OSError) as error:
        raise ValueError("write a folder that can be there") from error
    return path if path.is_absolute() else _TOP / path


def read_thesaurus_folder(text: str) -> Path | None:
    """A folder with files of a thesaurus; None for an empty text."""
    if text and not any(read_folder(text).glob("th_*.dat")):
        raise ValueError(
            "write a folder with files like th_de_DE_v2.dat, for example /usr/share/mythes, or leave it empty"
        )
    return read_folder(text) if text else None


def web_address(text: str) -> str:
    """Scheme and host of a web address."""
    advice = "write scheme and host only, for example https://help.example.org"
    parts = parts_of(text, advice)
    is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
    if not is_whole or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(advice)
    return text.rstrip("/")


def hook_address(text: str) -> str:
    """A web address without a password, or nothing."""
    advice = "write an https address without a password in it"
    parts = parts_of(text, advice)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
        raise ValueError(advice)
    return text


def issuer_address(text: str) -> str:
    """The address of a provider of sign-ins exactly as it names itself, or nothing."""
    advice = "write the issuer as your provider names it, for example https://login.example.org/realms/staff"
    parts = parts_of(text, advice)
    is_whole = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    if text and (not is_whole or parts.query or parts.fragment or len(text) > 255):
        raise ValueError(advice)
    return text


def read_label(text: str) -> str:
    """Words for a button, or nothing."""
    if len(text) > 40 or not text.isprintable():
        raise ValueError("write at most 40 characters in one line")
    return text


def read_port(text: str) -> int:
    """A number of a port."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError("write a number from 1 to 65535")
    return int(text)


def read_hops(text: str) -> int:
    """How many proxies stand in front."""
    if not text.isascii() or not text.isdigit() or int(text) > 5:
        raise ValueError("write how many proxies of yours stand in front, 0 to 5")
    return int(text)


def read_maildir(text: str) -> Path | None:
    """A Maildir; None for an empty text."""
    if text and not all((read_folder(text) / name).is_dir() for name in ("new", "cur")):
        raise ValueError("write a Maildir, a folder with new and cur in it, or leave it empty")
    return read_folder(text) if text else None


def read_switch(text: str) -> bool:
    """Yes or no."""
    if text not in ("0", "1"):
        raise ValueError("write 1 for yes or 0 for no")
    return text == "1"


def read_stage(text: str) -> str:
    """What the portal is run for."""
    if text not in ("development", "production"):
        raise ValueError("write development or production")
    return text


def read_workers(text: str) -> int:
    """How many processes."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise ValueError("write a number from 1 to 64")
    return int(text)


def read_seconds(text: str) -> int:
    """A short while."""
    if not text.isascii() or not text.isdigit() or int(text) > 120:
        raise ValueError("write a number of seconds from 0 to 120")
    return int(text)


def bind_address(text: str) -> str:
    """An address and a port, or a socket in a folder."""
    host, colon, port = text.rpartition(":")
    is_possible = port.startswith("/") if host == "unix" else re.fullmatch(r"[\w.-]+|\[[0-9a-f:.]+\]", host)
    if text and not (colon and is_possible and (host == "unix" or read_port(port))):
        raise ValueError("write address and port, for example 0.0.0.0:8000, or unix:/run/portal.sock")
    return text


def read_place_of_uploads(text: str) -> Path | str | None:
    """None for our own folder, another folder, or the address of a bucket."""
    if not text.startswith(("http://", "https://")):
        return read_folder(text) if text else None
    advice = "write a folder, or https://host/bucket of an S3-compatible storage; its key is UPLOADS_KEY"
    parts = parts_of(text, advice)
    if not parts.hostname or not parts.path.strip("/") or parts.query or parts.username:
        raise ValueError(advice)
    return text.rstrip("/")


def read_key_pair(text: str) -> str:
    """Name and secret of a key, or nothing."""
    name, _, secret = text.partition(":")
    if text and not (name and secret):
        raise ValueError("write name and secret of the key with a colon between")
    return text


def read_hosts(text: str) -> tuple[str, ...]:
    """Names or addresses of hosts, as browsers write them."""
    names = read_listed(text.lower())
    if not all(re.fullmatch(r"[\w.-]+|\[[0-9a-f:.]+\]", name) for name in names):
        raise ValueError("write names of hosts, for example www.example.org, without https:// and without a port")
    return names


def read_listed(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(host.strip() for host in text.split(",") if host.strip())


def read_endings(text: str) -> tuple[str, ...]:
    """Endings of files, without points."""
    endings = tuple(ending.strip().lower().lstrip(".") for ending in text.split(",") if ending.strip(" ."))
    if not endings:
        raise ValueError("write endings with commas between, for example pdf,png,jpg")
    return endings


def database_address(text: str) -> str:
    """The address of a database as our driver wants it; ValueError says what to write."""
    scheme, _, rest = text.partition("://")
    # Behind the last @, because a password may hold any sign.
    port = re.fullmatch(r"(?:\[[^]]*\]|[^][:/?]*)(?::(\d{1,5}))?(?:[/?].*)?", rest.rpartition("@")[2])
    is_postgres = scheme in ("postgresql", "postgresql+psycopg") and port and 1 <= int(port[1] or 5432) <= 65535
    if text and not (is_postgres or text.startswith("sqlite:///")):
        raise ValueError("write postgresql://user:password@host/name, or leave it empty for SQLite")
    return text.replace("postgresql://", "postgresql+psycopg://", 1) if text.startswith("postgresql://") else text


def redis_address(text: str) -> str:
    """The address of a Redis, or nothing."""
    advice = "write redis://host:6379/0, or leave it empty"
    if text and parts_of(text, advice).scheme not in ("redis", "rediss", "redis+unix"):
        raise ValueError(advice)
    return text


def read_token(text: str) -> str:
    """Something that cannot be guessed, or nothing."""
    if text and not re.fullmatch(r"[!-~]{24,}", text):
        raise ValueError("write at least 24 random letters and digits, or leave it empty")
    return text


def mail_server(text: str) -> str:
    """The address of a mail server, or nothing."""
    if text:
        read_mail_url(text)
    return text


def mailbox_server(text: str) -> str:
    """The address of a mailbox, or nothing."""
    if text:
        read_mailbox_url(text)
    return text


def read_crash_points(text: str) -> tuple[str, ...]:
    """Names of crash points."""
    points = tuple(point.strip() for point in text.split(",") if point.strip())
    if not all(re.fullmatch(r"[a-z_]+(:[1-9][0-9]{0,8})?", point) for point in points):
        raise ValueError("write names of crash points, for example mail_leased or after_number:3")
    return points


def time_server_name(text: str) -> str:
    """The name of one time server, perhaps with a port, or nothing."""
    name, colon, port = text.partition(":")
    if text and not re.fullmatch(r"[A-Za-z0-9.-]{1,253}", name):
        raise ValueError("write the name of one time server, for example ptbtime1.ptb.de")
    if colon:
        read_port(port)
    return text
