"""The buttons of the room: each is one press, nothing has to be typed."""

from wtforms import HiddenField

from portal.foundation.forms import PersonForm, PublicForm


class PressForm(PersonForm):
    """A button of somebody who is signed in."""


class LinkForm(PublicForm):
    """A button behind a mailed link."""

    key = HiddenField()
