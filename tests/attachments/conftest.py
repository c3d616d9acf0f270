"""Forms with files, as the rooms have them, on a portal of one's own."""

from collections.abc import Iterator

import pytest
from flask import Flask, jsonify, render_template_string, request

from portal.attachments.incoming import sender_of_request, uploads_from_request
from portal.audiences import AUDIENCES
from portal.foundation.forms import require_complete
from portal.foundation.security import Audience
from portal.foundation.web.uploads import takes_uploads
from portal.questions.routes.uploads import uploads_field

PAGE = """{% extends "layout.html" %}{% from "components/uploads.html" import uploads_field %}
{% block title %}Form{% endblock %}{% block main %}<h1>Form</h1>
<form method="post" action="/de/form" enctype="multipart/form-data">
<label for="body">Text</label><textarea id="body" name="body">
{{ body }}</textarea>{{ uploads_field(field) }}
<input type="hidden" name="is_complete" value="yes"><button>Send</button></form>{% endblock %}"""


@takes_uploads
def write() -> object:
    """A form like that of a question: always given back, with everything it holds."""
    if request.method == "POST":
        require_complete()
    received = uploads_from_request(sender_of_request())
    return render_template_string(PAGE, field=uploads_field(received), body=request.form.get("body", ""))


def write_short() -> object:
    """A form without files: what arrived of it."""
    require_complete()
    return jsonify(fields=request.form.to_dict(), files=len(request.files))


def add_forms(app: Flask) -> Flask:
    app.add_url_rule("/<language:language>/form", "form", write, methods=["GET", "POST"])
    app.add_url_rule("/<language:language>/short-form", "short_form", write_short, methods=["POST"])
    return app


@pytest.fixture
def forms(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The portal with a form that takes files, and one that does not."""
    for endpoint in ("form", "short_form"):
        monkeypatch.setitem(AUDIENCES, endpoint, Audience.PUBLIC)
    return app if "form" in app.view_functions else add_forms(app)
