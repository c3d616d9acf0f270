"""The shape of what helps with writing an answer."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from portal.foundation.forms import PersonForm
from portal.questions.forms.thread import BODY_LIMIT, at_most


class InsertForm(PersonForm):
    """An answer that is still being written, and the name of what is to be put into it."""

    body = TextAreaField(_l("To the customer"), validators=[at_most(BODY_LIMIT)])
    reply = StringField(_l("Saved reply"), validators=[at_most(80)])
