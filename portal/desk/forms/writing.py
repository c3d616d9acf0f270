"""The shape of what helps with writing an answer."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from portal.foundation.forms import PersonForm
from portal.questions.forms.thread import BODY_LIMIT, at_most

WORDS_LIMIT = 200


class DraftForm(PersonForm):
    """An answer that is still being written; `do` is `discard` to forget it."""

    body = TextAreaField(_l("To the customer"), validators=[at_most(BODY_LIMIT)])
    do = StringField(validators=[at_most(8)])


class InsertForm(PersonForm):
    """An answer that is still being written; `do` says what is wanted.

    `reply` or `article` is put in, `find` looks for articles, `flag` leads to what is wrong with one.
    """

    body = TextAreaField(_l("To the customer"), validators=[at_most(BODY_LIMIT)])
    reply = StringField(_l("Saved reply"), validators=[at_most(80)])
    words = StringField(_l("Words of the article"), validators=[at_most(WORDS_LIMIT)])
    article = StringField(_l("Article"), validators=[at_most(10)])
    do = StringField(validators=[at_most(8)])
