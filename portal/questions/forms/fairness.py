"""The shape of what the customer finds fair."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from portal.foundation.forms import PersonForm
from portal.questions.forms.thread import REMARK_LIMIT, at_most


class WishForm(PersonForm):
    """What would be fair, what would just be enough, and what matters most."""

    fair = TextAreaField(
        _l("What should we do?"),
        validators=[DataRequired(_l("Please say what would be fair for you.")), at_most(REMARK_LIMIT)],
    )
    just_enough = TextAreaField(_l("What would just be enough? (optional)"), validators=[at_most(REMARK_LIMIT)])
    matters_most = TextAreaField(
        _l("What matters most: money, time, an apology, a repair? (optional)"), validators=[at_most(REMARK_LIMIT)]
    )
