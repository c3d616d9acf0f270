"""Style sheet, scripts, logo, picture: joined at start, named by their content, so that browsers keep them for ever."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from portal.foundation.company import Company
from portal.foundation.config import ROOT
from portal.foundation.web.here import OnePerApp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATIC = ROOT / "static"
log = logging.getLogger(__name__)
_COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)
_SINGLE_FILES = {"favicon.svg": "img/favicon.svg", "guide.css": "guide/guide.css"}


class Assets:
    """The hashed files below `/static/`; `url(name)` is the address of the newest version of one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._urls: dict[str, str] = {}
        self._server: WhiteNoise | None = None
        self._publish_again: Callable[[], None] | None = None
        self._is_written_anew = False

    def serve_before(self, app: "WSGIApplication") -> WhiteNoise:
        """What serves what is and what will be published, and asks the application for all else."""
        self._server = _Files(app, self)
        self._tell_server()
        return self._server

    def bring_back(self, url: str) -> bool:
        """Write what belongs to a page of today and was deleted meanwhile; False when it is none of ours."""
        if self._publish_again is None or url not in self._urls.values():
            return False
        log.warning("%s is not complete and is written anew", self._folder)
        self._publish_again()
        return True

    def publish(self, company: Company, content: Path, *, anew: bool = False) -> None:
        """Write every bundle under its hashed name; unchanged ones are left alone, unless all is written anew."""
        self._publish_again, self._is_written_anew = lambda: self.publish(company, content, anew=True), anew
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
        if self._is_written_anew or not path.exists():
            aside = path.with_name(f"{path.name}.{id(self)}.tmp")
            aside.write_bytes(written)
            aside.replace(path)
            Compressor(quiet=True).compress(str(path))
        self._urls[name] = f"/static/{hashed}"

    def _tell_server(self) -> None:
        if self._server is not None:
            self._server.add_files(str(self._folder), prefix="static/")


class _Files(WhiteNoise):
    """Serves files, also when somebody deleted them: the folder may be deleted at any time."""

    def __init__(self, app: "WSGIApplication", assets: Assets) -> None:
        super().__init__(app, immutable_file_test=is_hashed)
        self._assets, self._one_at_a_time = assets, Lock()

    def serve(self, static_file: Any, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            return super().serve(static_file, environ, start_response)
        except (FileNotFoundError, NotADirectoryError):
            url = environ["PATH_INFO"]
        try:
            with self._one_at_a_time:
                if self._assets.bring_back(url):
                    return super().serve(self.files[url], environ, start_response)
        except OSError as error:
            log.warning("%s could not be written: %s", url, error)
        return self.application(environ, start_response)


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
