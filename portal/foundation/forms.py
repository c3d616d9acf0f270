"""The base of every form: text cleaned before it is checked, cut-off forms refused, no cookie needed."""

from collections.abc import Callable
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError

from portal.foundation.errors import PortalError
from portal.foundation.i18n import current_language
from portal.foundation.security import typed_text
from portal.foundation.web.sessions import form_token, is_form_token

LAST_FIELD = "is_complete"
# Fields that hold nothing but what was typed.
_TEXT = (StringField, TextAreaField, HiddenField)
_PLAIN = (*_TEXT, RadioField)


def _text(typed: Any) -> Any:
    return typed_text(typed) if typed and isinstance(typed, str) else typed


def _line(typed: Any) -> Any:
    return typed_text(typed, is_line=True) if typed and isinstance(typed, str) else typed


class PublicForm(FlaskForm):
    """A form of a page that everybody may read: the browser's word on the origin guards it, not a token in a cookie."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def get_translations(self, form: Any) -> Any:
            """The package's own sentences, read once for each language instead of once for each form."""
            self.locales = [current_language()]
            return DefaultMeta.get_translations(self, form)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Every field cleans what was typed before its own filters see it."""
            if unbound_field.field_class in _PLAIN and not options["prefix"]:
                return _like_before(form, unbound_field, options, self._bound)
            return self._bound(form, unbound_field, options)

        def _bound(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            # Passwords stay as they were typed, spaces included.
            kind = unbound_field.field_class
            if not issubclass(kind, PasswordField):
                is_line = issubclass(kind, StringField) and not issubclass(kind, TextAreaField | HiddenField)
                options["filters"] = [_line if is_line else _text, *unbound_field.kwargs.get("filters", ())]
            return super().bind_field(form, unbound_field, options)

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, **given: Any) -> None:
        """Fill the fields from what was sent, else from `obj`, `data` or names; WTForms' way, but shorter for text."""
        sent = self.meta.wrap_formdata(self, formdata)
        if sent is None or obj is not None or data is not None or given:
            return super().process(sent, obj, data, **given)
        others = [each for each in self if not _read_text(each, sent)]
        for each in others:
            each.process(sent)
        for each in others:
            each.post_process(sent)
        return None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is right; a text about which nothing is asked need not be looked at."""
        asked = {**(extra_validators or {})}
        for name in self._fields:
            if own := getattr(type(self), f"validate_{name}", None):
                asked[name] = [*asked.get(name, ()), own]
        is_right = True
        for name, each in self._fields.items():
            if name in asked or each.validators or each.process_errors or type(each) not in _TEXT:
                is_right = each.validate(self, asked.get(name, ())) and is_right
        return is_right

    def faults(self) -> list[tuple[str, str]]:
        """Everything that is wrong, in the order of the fields: the id of the place it leads to, and the sentence."""
        return [(_place(each), fault_of(each)) for each in self if each.errors]


def _place(field: Field) -> str:
    """Where a fault leads to: the field, or, of a group of choices, the sentence above it; nowhere in particular."""
    if isinstance(field, HiddenField):
        return ""
    return f"{field.id}-error" if isinstance(field, RadioField | SelectMultipleField) else str(field.id)


def fault_of(field: Field) -> str:
    """What is wrong with a field, behind its name: "at most 100 characters" alone does not say where."""
    sentence = str(field.errors[0])
    return sentence if isinstance(field, HiddenField) else named_fault(str(field.label.text), sentence)


def named_fault(name: str, sentence: str) -> str:
    """A sentence behind the name of what it is about; a name that asks needs no colon."""
    name = name.replace(_("(optional)"), "").strip()
    return f"{name}{' ' if name.endswith('?') else ': '}{sentence}"


def _like_before(form: Any, unbound: Any, options: dict[str, Any], bind: Callable[..., Field]) -> Field:
    """A field as it was made for the first form of that language, still without anything typed.

    WTForms makes each anew, which takes longer than everything that is done with it.
    """
    kept: dict[tuple[str, str], dict[str, Any]] = unbound.__dict__.setdefault("made", {})
    of = (options["name"], form.meta.locales[0])
    if of not in kept:
        made = dict(bind(form, unbound, options).__dict__)
        kept[of] = {name: value for name, value in made.items() if name not in ("_form", "meta", "_translations")}
    field: Field = object.__new__(unbound.field_class)
    field.__dict__.update(kept[of], _form=form, meta=form.meta, _translations=options["translations"])
    return field


def _read_text(field: Field, sent: Any) -> bool:
    """Fill a field of text from what was sent, as `Field.process` does; False for other fields."""
    if type(field) not in _TEXT:
        return False
    typed, default = sent.getlist(field.name), field.default
    field.object_data = default() if callable(default) else default
    value = typed[0] if typed else field.object_data
    for clean in field.filters:
        value = clean(value)
    field.data, field.raw_data, field.process_errors = value, typed, []
    return True


class PersonForm(PublicForm):
    """A form that acts for whoever is signed in: its hidden `token` belongs to the session (SR-13).

    Without a session there is nothing to guard and no token is asked for. A wrong or missing token is an error of the
    form: answer with the filled form and the status that `refused_status` gives, so that no text is lost.
    """

    token = HiddenField("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sent, self.token.data = str(self.token.data or ""), form_token()
        self.token.raw_data = None

    def validate_token(self, _field: Field) -> None:
        """Refuse a form of another session or of none."""
        if not is_form_token(self._sent):
            raise ValidationError(_("You signed in or out since this page was opened. Please send it again."))

    @property
    def refused_status(self) -> int:
        """409 when only the token was wrong, else 422."""
        return 409 if set(self.errors) == {"token"} else 422


class OtherSignIn(PortalError):
    """A button belonged to another sign-in than there is now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("You signed in or out since this page was opened. Please open it again and press the button there.")
        )


def require_pressed(button: PersonForm) -> None:
    """Go on when a whole form with nothing to be typed came from this sign-in; OtherSignIn when from another one."""
    require_complete()
    if not button.validate():
        raise OtherSignIn


def require_complete() -> None:
    """400 when the form was cut off on the way: its last field is missing."""
    if LAST_FIELD not in request.form:
        abort(400, "incomplete")
