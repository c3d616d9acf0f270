"""The shape of what readers send: a vote on an article."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

from portal.faq.models import Reason
from portal.foundation.forms import PublicForm

REASONS = (
    (Reason.MISSING.value, _l("My question is not answered here")),
    (Reason.UNCLEAR.value, _l("I do not understand the answer")),
    (Reason.WRONG.value, _l("The answer is wrong or out of date")),
    (Reason.OTHER.value, _l("Something else")),
)


class FeedbackForm(PublicForm):
    """Was this helpful? On no, one of four reasons and a sentence."""

    verdict = HiddenField(validators=[AnyOf(("yes", "no"), message=_l("Please choose yes or no."))])
    reason = RadioField(
        _l("What was missing?"),
        choices=REASONS,
        validators=[
            Optional(),
            AnyOf([value for value, _name in REASONS], message=_l("Please choose one of the answers.")),
        ],
        validate_choice=False,
    )
    remark = TextAreaField(
        _l("In one sentence (optional)"),
        validators=[Length(max=1000, message=_l("Please shorten your sentence to 1,000 characters."))],
    )
