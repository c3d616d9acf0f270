"""The shape of what editors type: an article as fields or as a whole file, proposals, buttons."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.faq.library.building.layout import MAX_SLUG, WELL_NAMED
from portal.faq.library.texts.fields import PERIOD, read_day
from portal.faq.rules import Status
from portal.foundation.forms import PersonForm

TITLE_LIMIT, LINE_LIMIT, REMARK_LIMIT = 200, 500, 1_000
STATUSES = (
    (Status.DRAFT.value, _l("Draft: only editors see it")),
    (Status.INTERNAL.value, _l("Internal: only our own staff read it")),
    (Status.PUBLISHED.value, _l("Published: everybody reads it")),
    (Status.ARCHIVED.value, _l("Archived: taken off the site")),
)


def _line(limit: int, missing: Any = None) -> list[Any]:
    def check(_form: Any, field: Field) -> None:
        typed = field.data or ""
        if missing and not typed:
            raise ValidationError(missing)
        if len(typed) > limit:
            raise ValidationError(_("Please shorten this to %(limit)s characters.", limit=limit))

    return [check]


def _day(_form: Any, field: Field) -> None:
    """Empty, or a day as the builder reads it; said here, so that each field of several says it itself."""
    try:
        if field.data:
            read_day(field.data)
    except ValueError as error:
        raise ValidationError(_("Write the date as 2026-12-31.")) from error


def _period(_form: Any, field: Field) -> None:
    if field.data and not PERIOD.fullmatch(field.data):
        raise ValidationError(_("Write for example 90 days, 6 months or 1 year."))


class _ArticlePlaceForm(PersonForm):
    """Where a new article lies, chosen from what is there. A form has its fields in the order of this file."""

    language = SelectField(_l("Language"), validate_choice=False)
    category = SelectField(_l("Category"), validate_choice=False)
    slug = StringField(_l("Name in the address (made of the title when empty)"))

    def validate_category(self, field: Field) -> None:
        """A folder that is there."""
        if field.data not in [value for value, *_rest in field.choices]:
            raise ValidationError(_("Please choose a category."))

    def validate_slug(self, field: Field) -> None:
        """Empty, or a name as addresses have them."""
        if field.data and not (WELL_NAMED.fullmatch(field.data) and len(field.data) <= MAX_SLUG):
            raise ValidationError(_("Please use the letters a to z, digits and single hyphens, such as find-my-bill."))


class ArticleForm(PersonForm):
    """An article: `seen` is the digest of the file that was opened, `source` the whole file where fields do not do."""

    title = StringField(_l("Title"), validators=_line(TITLE_LIMIT, _l("Please write a title.")))
    summary = StringField(_l("Short text for lists (one or two sentences)"), validators=_line(LINE_LIMIT))
    body = TextAreaField(_l("Text (Markdown)"))
    keywords = StringField(_l("Words that customers type, separated by commas"), validators=_line(LINE_LIMIT))
    status = SelectField(_l("Status"), choices=STATUSES, validate_choice=False)
    publish_from = StringField(_l("On the site from"), validators=[*_line(40), _day])
    publish_until = StringField(_l("On the site until"), validators=[*_line(40), _day])
    reviewed_on = StringField(_l("Last reviewed on"), validators=[*_line(40), _day])
    review_every = StringField(_l("Review again after"), validators=[*_line(40), _period])
    owner = StringField(_l("Who keeps it right"), validators=_line(TITLE_LIMIT))
    related = StringField(_l("Related articles, as paths separated by commas"), validators=_line(LINE_LIMIT))
    pinned = BooleanField(_l("Show it on the home page"))
    source = TextAreaField(_l("The whole file"))
    seen = HiddenField()
    alt = StringField(_l("What the picture shows, for people who cannot see it"), validators=_line(TITLE_LIMIT))

    def for_source(self) -> "ArticleForm":
        """Only the whole file is edited: its head is none that the fields could give back."""
        for name in (*_FIELDS, "body"):
            delattr(self, name)
        return self

    def validate_status(self, field: Field) -> None:
        """One of the four."""
        if field.data not in list(Status):
            raise ValidationError(_("Please choose a status."))


_FIELDS = (
    *("title", "summary", "keywords", "status", "publish_from", "publish_until"),
    *("reviewed_on", "review_every", "owner", "related", "pinned"),
)


class NewArticleForm(_ArticlePlaceForm, ArticleForm):
    """A new article, where it lies, and what it was begun from."""

    translation_of = HiddenField()
    gap = HiddenField()
    proposal = HiddenField()


class _CategoryPlaceForm(PersonForm):
    """Where a new category lies."""

    language = SelectField(_l("Language"), validate_choice=False)
    above = SelectField(_l("Lies in"), validate_choice=False)
    slug = StringField(_l("Name in the address (made of the name when empty)"))

    def validate_above(self, field: Field) -> None:
        """At the top, or in one that is there."""
        if field.data not in [value for value, *_rest in field.choices]:
            raise ValidationError(_("Please choose a category."))

    def validate_slug(self, field: Field) -> None:
        """Empty, or a name as addresses have them."""
        if field.data and not (WELL_NAMED.fullmatch(field.data) and len(field.data) <= MAX_SLUG):
            raise ValidationError(_("Please use the letters a to z, digits and single hyphens, such as find-my-bill."))


class CategoryForm(PersonForm):
    """What a category is called and shows; `source` is the whole file where fields could not give it back."""

    name = StringField(_l("Name"), validators=_line(TITLE_LIMIT, _l("Please write a name.")))
    description = StringField(_l("Description (one sentence)"), validators=_line(LINE_LIMIT))
    order = StringField(_l("Order"), validators=_line(10))
    translation_of = SelectField(_l("The same in the first language"), validate_choice=False)
    icon = RadioField(_l("Icon"), validate_choice=False)
    source = TextAreaField(_l("The whole file"))
    seen = HiddenField()

    def for_source(self) -> "CategoryForm":
        """Only the whole file is edited."""
        for name in ("name", "description", "order", "icon", "translation_of"):
            delattr(self, name)
        return self

    def validate_order(self, field: Field) -> None:
        """Empty, or a whole number."""
        if field.data and not re.fullmatch(r"-?[0-9]{1,4}|[0-9]{5}", field.data):
            raise ValidationError(_("Please write a whole number, or nothing."))

    def validate_icon(self, field: Field) -> None:
        """One of those that are shown, or none."""
        if field.data and field.data not in [value for value, *_rest in field.choices]:
            raise ValidationError(_("Please choose an icon."))

    def validate_translation_of(self, field: Field) -> None:
        """One that is there, or none."""
        if field.data and field.data not in [value for value, *_rest in field.choices]:
            raise ValidationError(_("Please choose a category."))


class NewCategoryForm(_CategoryPlaceForm, CategoryForm):
    """A new category, and where it lies."""


class GapForm(PersonForm):
    """A gap is settled, or not after all."""

    language = HiddenField()
    stems = HiddenField()


class ProposalForm(PersonForm):
    """A draft made of an answer."""

    title = StringField(
        _l("Title: the question as customers ask it"), validators=_line(TITLE_LIMIT, _l("Please write a title."))
    )
    keywords = StringField(_l("Words that customers type, separated by commas"), validators=_line(LINE_LIMIT))
    body = TextAreaField(_l("Text (Markdown)"))
    remark = TextAreaField(_l("For the editor (optional)"), validators=_line(REMARK_LIMIT))

    def validate_body(self, field: Field) -> None:
        """Something must be there."""
        if not field.data:
            raise ValidationError(_("Please write the answer."))


class Press(PersonForm):
    """A button and nothing else."""
