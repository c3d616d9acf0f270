"""Hand out files so that nothing in them can run; who may have them is decided before (specs: SR-27, SR-28)."""

import os
from typing import BinaryIO

from flask import Response, abort, request, send_file
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import FileWrapper

from portal.attachments.models import Attachment
from portal.attachments.rules import Scan
from portal.attachments.storage import STORAGE

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def send_original(attachment: Attachment) -> Response:
    """The file as it was sent, only ever to be saved; 404 when it was blocked or its bytes are lost, 503 when
    their place does not answer. A part of it is sent when a part is asked for, as a broken download does."""
    return _send(attachment, attachment.storage_name, mimetype="application/octet-stream", is_download=True)


def send_picture(attachment: Attachment) -> Response:
    """The picture that we made of it, to be shown; 404 when there is none."""
    return _send(attachment, attachment.picture_name, mimetype="image/webp", is_download=False)


def _send(attachment: Attachment, stored: str | None, *, mimetype: str, is_download: bool) -> Response:
    if stored is None or attachment.scan == Scan.BLOCKED:
        abort(404)
    file = _opened(stored)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    answer = send_file(
        file,
        mimetype=mimetype,
        as_attachment=is_download,
        download_name=attachment.name if is_download else None,
        conditional=False,
        etag=False,
    )
    answer.headers.update(_HEADERS)
    answer.content_length = size
    if request.range:
        # Skipping what is not wanted is left to the file, which need not read it.
        answer.response = FileWrapper(file)
    try:
        answer.make_conditional(request, accept_ranges=True, complete_length=size)
    except HTTPException:
        answer.close()
        raise
    return answer


def _opened(stored: str) -> BinaryIO:
    try:
        return STORAGE.here().open(stored)
    except FileNotFoundError:
        abort(404)
    except OSError:
        # It is there, but its place does not answer: worth another try.
        abort(503)
