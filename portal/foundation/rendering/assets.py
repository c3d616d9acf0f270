"""Style sheet, scripts, logo, picture: joined at start, named by their content, so that browsers keep them for ever."""

import hashlib
import re
from pathlib import Path

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from portal.foundation.company import Company
from portal.foundation.config import ROOT
from portal.foundation.web.here import OnePerApp

STATIC = ROOT / "static"
_COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)
_SINGLE_FILES = {"favicon.svg": "img/favicon.svg", "guide.css": "guide/guide.css"}


class Assets:
    """The hashed files below `/static/`; `url(name)` is the address of the newest version of one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._urls: dict[str, str] = {}
        self._server: WhiteNoise | None = None

    def serve_with(self, server: WhiteNoise) -> None:
        """Let this WhiteNoise serve what is and what will be published."""
        self._server = server
        self._tell_server()

    def publish(self, company: Company, content: Path) -> None:
        """Write every bundle under its hashed name; unchanged ones are left alone."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._publish("portal.css", company.palette.css.encode() + _joined("css"))
        # One file instead of two: each request costs a phone more than the bytes do.
        self._publish("portal.js", _only_one(STATIC / "vendor", "htmx-*.min.js") + b"\n" + _joined("js"))
        # Readers never load what only staff need.
        self._publish("desk.css", _joined("css", STATIC / "desk"))
        self._publish("desk.js", _joined("js", STATIC / "desk"))
        for name, path in _SINGLE_FILES.items():
            if (STATIC / path).exists():
                self._publish(name, (STATIC / path).read_bytes())
        own = {"logo": company.logo, "logo_dark": company.logo_dark, "picture": company.picture}
        for name, file in own.items():
            if file:
                self._publish(name, (content / file).read_bytes(), suffix=Path(file).suffix)
        self._tell_server()

    def url(self, name: str) -> str | None:
        """`/static/portal.1a2b3c4d.css` for `portal.css`; None when there is no such asset."""
        return self._urls.get(name)

    def _publish(self, name: str, written: bytes, *, suffix: str = "") -> None:
        stem, ending = name.rpartition(".")[::2] if "." in name else (name, suffix.lstrip("."))
        hashed = f"{stem}.{hashlib.sha256(written).hexdigest()[:12]}.{ending}"
        path = self._folder / hashed
        if not path.exists():
            aside = path.with_name(f"{path.name}.{id(self)}.tmp")
            aside.write_bytes(written)
            aside.replace(path)
            Compressor(quiet=True).compress(str(path))
        self._urls[name] = f"/static/{hashed}"

    def _tell_server(self) -> None:
        if self._server is not None:
            self._server.add_files(str(self._folder), prefix="static/")


ASSETS = OnePerApp[Assets]("assets")


def is_hashed(_path: str, url: str) -> bool:
    """Whether the file carries its hash in its name and never changes."""
    parts = url.rsplit("/", 1)[-1].split(".")
    return len(parts) == 3 and len(parts[1]) == 12


def _joined(kind: str, folder: Path = STATIC) -> bytes:
    files = sorted((folder / kind).glob(f"*.{kind}"))
    joined = b"\n".join(path.read_bytes() for path in files)
    # Comments are for whoever opens the files; on a phone they were a seventh of the style sheet.
    return _COMMENT.sub(b"", joined) if kind == "css" else joined


def _only_one(folder: Path, pattern: str) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob(pattern))[-1:])
