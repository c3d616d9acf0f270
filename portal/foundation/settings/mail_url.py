"""MAIL_URL and MAILBOX_URL: which mail server, how it is encrypted, who signs in there."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from portal.foundation.settings.addresses import parts_of

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtp": 587, "smtps": 465}
_BOX_PORTS = {"imap": 143, "imaps": 993}
_SIGNS = "; signs of the password such as / ? # @ as %2F %3F %23 %40"
_BOX_EXAMPLE = "write imaps://user:password@host/INBOX" + _SIGNS
_EXAMPLE = "write smtp://user:password@host:port or smtps://user:password@host:port" + _SIGNS


@dataclass(frozen=True)
class MailServer:
    """A mail server; `authority` is a file of the authority that vouches for it, "" for those the machine knows."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_implicit_tls: bool = False
    starts_tls: bool = True
    authority: str = ""


def read_mail_url(text: str) -> MailServer:
    """The server of `smtp://` (encrypted by STARTTLS) or `smtps://` (encrypted from the start).

    `?starttls=never` sends unencrypted, which needs no word on the same machine and is refused with a password
    elsewhere; `?starttls=always` encrypts there too. `?ca=/path/file.pem` names an authority. ValueError says what to
    write.
    """
    parts = parts_of(text, _EXAMPLE)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(_EXAMPLE)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    _refuse_unknown(asked)
    starts_tls = asked.get("starttls", "never" if parts.hostname in _LOOPBACK else "always") == "always"
    is_implicit = parts.scheme == "smtps"
    if parts.username and not (is_implicit or starts_tls or parts.hostname in _LOOPBACK):
        raise ValueError("a password must not travel unencrypted: leave starttls=never away")
    return MailServer(
        host=parts.hostname,
        port=parts.port or (25 if parts.hostname in _LOOPBACK and not is_implicit else _PORTS[parts.scheme]),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_implicit_tls=is_implicit,
        starts_tls=starts_tls and not is_implicit,
        authority=asked.get("ca", ""),
    )


def read_mailbox_url(text: str) -> tuple[MailServer, str]:
    """The server of `imaps://` or `imap://` (encrypted by STARTTLS), and the folder there: INBOX unless it is named.

    Behind the `?` may stand the same as for `MAIL_URL`. ValueError says what to write.
    """
    parts = parts_of(text, _BOX_EXAMPLE)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    if parts.scheme not in _BOX_PORTS or not parts.hostname or not parts.username or not parts.password:
        raise ValueError(_BOX_EXAMPLE)
    if not (folder.isascii() and folder.isprintable()) or set(folder) & set('"\\'):
        raise ValueError("the name of the folder must be in plain letters")
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    _refuse_unknown(asked)
    is_here, is_implicit = parts.hostname in _LOOPBACK, parts.scheme == "imaps"
    starts_tls = asked.get("starttls", "never" if is_here else "always") == "always"
    if not (is_implicit or starts_tls or is_here):
        raise ValueError("a password must not travel unencrypted: leave starttls=never away")
    server = MailServer(
        host=parts.hostname,
        port=parts.port or _BOX_PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password),
        is_implicit_tls=is_implicit,
        starts_tls=starts_tls and not is_implicit,
        authority=asked.get("ca", ""),
    )
    return server, folder


def mailbox_name(server: MailServer, folder: str) -> str:
    """What a mailbox is called in the database: `user@host/INBOX`."""
    return f"{server.user}@{server.host}/{folder}"[:200]


def _refuse_unknown(asked: dict[str, str]) -> None:
    if set(asked) - {"starttls", "ca"} or asked.get("starttls", "always") not in ("always", "never"):
        raise ValueError("behind the ? may stand starttls=always, starttls=never and ca=/path/file.pem")
    if asked.get("ca") and not Path(asked["ca"]).is_file():
        raise ValueError("ca must name a file with certificates")
