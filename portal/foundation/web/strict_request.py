"""A request whose body is complete or refused, however large it may be (specs: SR-20, SR-21, section 2)."""

from collections.abc import Callable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote

from flask import Flask, Request, abort
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property
from werkzeug.wsgi import get_input_stream

from portal.foundation.web.environ import Sent, cookies_of
from portal.foundation.web.here import app_here
from portal.foundation.web.never_refused import DECLARATION_FIELDS, DECLARATION_LIMIT, is_never_refused
from portal.foundation.web.turns import out_of_turn
from portal.foundation.web.uploads import TEXT_LIMIT, UPLOAD_LIMIT, is_long_text_view, is_upload_view, note_arrival

REQUEST_LIMIT = 256 * 1024
URL_LIMIT = 4096
FIELD_LIMIT = 100
_IN_MEMORY = 256 * 1024
_CHUNK = 64 * 1024


class Spool(SpooledTemporaryFile[bytes]):
    """A file on its way in; when there is no room for it, it alone is lost and the rest of the form still arrives."""

    is_lost = False

    def write(self, piece: Any) -> int:
        """Keep a piece, or remember that it could not be kept."""
        if not self.is_lost:
            try:
                return super().write(piece)
            except OSError:
                self.is_lost = True
                with suppress(OSError):
                    self.truncate(0)
        return len(piece)


class _Strict(FormDataParser):
    """A form that cannot be read to its end is no form."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{**named, "silent": False})

    def parse(self, stream: IO[bytes], mimetype: str, *given: Any, **named: Any) -> Any:
        """Stream, fields and files."""
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, *given, **named)
        return stream, self.cls(pairs_of(stream.read().decode())), self.cls()


def pairs_of(body: str) -> list[tuple[str, str]]:
    """Names and values of a form without files, as Werkzeug reads them; most hold nothing that was written otherwise.

    What no character is written as (`%FF`) stays as it came.
    """
    pairs = [pair.partition("=") for pair in body.replace("+", " ").split("&") if pair]
    return [
        (_unquoted(name) if "%" in name else name, _unquoted(value) if "%" in value else value)
        for name, _, value in pairs
    ]


def _unquoted(written: str) -> str:
    return unquote(written, errors="werkzeug.url_quote")


class _Counted:
    """A body that knows how much of it has arrived."""

    def __init__(self, stream: IO[bytes], environ: dict[str, Any]) -> None:
        self._stream, self._environ = stream, environ
        self.arrived = 0

    def read(self, size: int = -1) -> bytes:
        """The next piece, as `read` of a file."""
        piece = self._stream.read(size)
        self.arrived += len(piece)
        note_arrival(self._environ, self.arrived)
        return piece


class StrictRequest(Request):
    """A request whose body is complete or refused: a cut connection must not store half a form."""

    form_data_parser_class = _Strict
    parameter_storage_class = Sent

    @cached_property
    def cookies(self) -> Sent:
        """Without the detour over all headers."""
        return cookies_of(self.environ)

    @cached_property
    def args(self) -> Sent:
        """What stands behind the question mark, read as a form is."""
        return Sent(pairs_of(self.query_string.decode()))

    @property  # type: ignore[misc]
    def max_form_parts(self) -> int:  # type: ignore[override]
        """How many fields a form may have."""
        return DECLARATION_FIELDS if self._is_for(is_never_refused) else FIELD_LIMIT

    @property  # type: ignore[misc]
    def max_form_memory_size(self) -> int:  # type: ignore[override]
        """How many bytes the fields of a form may have together."""
        if self._is_for(is_never_refused):
            return DECLARATION_LIMIT
        return TEXT_LIMIT if self._is_for(is_long_text_view) else REQUEST_LIMIT

    @property  # type: ignore[misc]
    def max_content_length(self) -> int:  # type: ignore[override]
        """How many bytes the body may have: more only where a view takes files, and only as a form with files."""
        takes_files = self.mimetype == "multipart/form-data" and self._is_for(is_upload_view)
        return UPLOAD_LIMIT if takes_files else self.max_form_memory_size

    def _is_for(self, kind: Callable[[Flask, str | None], bool]) -> bool:
        """Whether it goes to a view of that kind."""
        return self.endpoint is not None and kind(app_here(), self.endpoint)

    def check(self) -> None:
        """Refuse bodies shorter than announced, too many fields, too long addresses, and impossible characters."""
        if len(self.environ.get("PATH_INFO", "")) + len(self.query_string) > URL_LIMIT:
            abort(414)
        if self.method in ("POST", "PUT", "PATCH"):
            self._require_whole_body()
            typed = [text for texts in self.form.listvalues() for text in texts]
            if len(typed) > self.max_form_parts or sum(map(len, typed)) > self.max_form_memory_size:
                abort(413)

    def _require_whole_body(self) -> None:
        """Refuse a body that was cut, or whose chunks cannot be read; one without a length ends before the limit."""
        try:
            with out_of_turn():
                length = self._received_length()
        except HTTPException:
            raise
        except Exception as error:  # each server has its own for a chunk that is none
            raise BadRequest("incomplete") from error
        if self.content_length is None and length >= self.max_content_length:
            abort(413)  # what lies behind the limit was never read
        if length < (self.content_length or 0):
            self._forget_form()
            raise BadRequest("incomplete")

    def _received_length(self) -> int:
        """How many bytes came; files among them go to disk while they come."""
        if self.mimetype != "multipart/form-data":
            return len(self.get_data(cache=True))
        body = _Counted(get_input_stream(self.environ, max_content_length=self.max_content_length), self.environ)
        self.__dict__["stream"] = body
        self._load_form_data()
        while body.read(_CHUNK):  # what a sender puts behind the last part
            pass
        return body.arrived

    def _load_form_data(self) -> None:
        """As Flask does it, but a form that cannot be read is refused, and is empty for whoever asks again."""
        try:
            super()._load_form_data()
        except HTTPException:
            self._forget_form()
            raise
        except Exception as error:
            self._forget_form()
            raise BadRequest("incomplete") from error

    def _forget_form(self) -> None:
        if self.mimetype == "multipart/form-data":
            self.__dict__.update(form=Sent(), files=ImmutableMultiDict())

    def _get_file_stream(self, *_given: Any, **_named: Any) -> IO[bytes]:
        return Spool(max_size=_IN_MEMORY)
