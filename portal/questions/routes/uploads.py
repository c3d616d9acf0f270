"""Files of a form that is still being written: added one by one, looked at, removed; they belong to nobody yet."""

from flask import Response, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.attachments.actions import Received, drop_upload
from portal.attachments.incoming import sender_of_request, uploads_from_request
from portal.attachments.models import Attachment
from portal.attachments.queries import attachment_by_public_id
from portal.attachments.rules import UPLOAD
from portal.attachments.serving import send_picture
from portal.attachments.showing import UploadsField, held_files
from portal.customers.access import current_customer
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.foundation.rendering.pages import known_url
from portal.foundation.web.uploads import takes_uploads
from portal.questions.routes.blueprint import bp


def uploads_field(received: Received | None = None) -> UploadsField:
    """What the macro of the same name prints in a form, with the files that the form holds and the refused ones."""
    received = received or Received()
    return UploadsField(
        add_url=known_url("questions.add_uploads"),
        removal_url=known_url("questions.remove_upload"),
        held=held_files(received, picture_url=_picture_url),
        refused=[each.sentence for each in received.refused],
    )


@bp.post("/uploads")
@takes_uploads
@limiter.limit("60 per 10 minutes")
def add_uploads() -> Response:
    """Take in the files of a form before it is sent; the answer is one line of the form's list for each."""
    require_complete()
    already = set(request.form.getlist("uploads"))
    customer = current_customer()
    received = uploads_from_request(sender_of_request(customer.email if customer else ""))
    new = Received([each for each in received.accepted if each.key not in already], received.refused)
    return make_response(render_template("questions/_uploads.html", field=uploads_field(new)))


@bp.get("/uploads/<public_id>")
def show_upload(public_id: str) -> Response:
    """The small picture of a file that a form still holds; its random name is known to that form alone."""
    attachment = attachment_by_public_id(public_id)
    if attachment is None or attachment.owner_type != UPLOAD:
        abort(404)
    return send_picture(attachment)


@bp.post("/uploads/removal")
@limiter.limit("60 per 10 minutes")
def remove_upload() -> AnyResponse:
    """Throw away a file that the form holds; one that is gone already is no error."""
    require_complete()
    drop_upload(request.form.get("key", ""))
    return Response(status=204)


def _picture_url(attachment: Attachment) -> str:
    return url_for("questions.show_upload", public_id=attachment.public_id)
