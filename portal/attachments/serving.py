"""Hand out files so that nothing in them can run; who may have them is decided before (specs: SR-27, SR-28)."""

from flask import Response, abort, send_file

from portal.attachments.models import Attachment
from portal.attachments.rules import Scan
from portal.attachments.storage import storage

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def send_original(attachment: Attachment) -> Response:
    """The file as it was sent, only ever to be saved; 404 when it was blocked or its bytes are lost."""
    return _send(attachment, attachment.storage_name, mimetype="application/octet-stream", is_download=True)


def send_picture(attachment: Attachment) -> Response:
    """The picture that we made of it, to be shown; 404 when there is none."""
    return _send(attachment, attachment.picture_name, mimetype="image/webp", is_download=False)


def _send(attachment: Attachment, stored: str | None, *, mimetype: str, is_download: bool) -> Response:
    if stored is None or attachment.scan == Scan.BLOCKED:
        abort(404)
    try:
        file = storage().open(stored)
    except OSError:
        abort(404)
    answer = send_file(
        file,
        mimetype=mimetype,
        as_attachment=is_download,
        download_name=attachment.name if is_download else None,
        etag=False,
    )
    answer.headers.update(_HEADERS)
    return answer
