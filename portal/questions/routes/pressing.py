"""Buttons without a field, all one way: load the question, look at the token, do it, show it at a place of its page."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, url_for

from portal.foundation.errors import PortalError
from portal.foundation.forms import require_complete
from portal.questions.access import OpenQuestion
from portal.questions.forms.thread import PressForm
from portal.questions.routes.question_page.page import open_or_lost, question_page, refused
from portal.questions.routes.question_page.visit import Forms, Problem


def pressed(
    number: str,
    act: Callable[[OpenQuestion], object],
    *,
    leads_to: str | None = None,
    refuses: type[PortalError] | tuple[type[PortalError], ...] = (),
) -> Response:
    """Do it and show the question at the place `leads_to`; errors of `refuses` are said on its page."""
    require_complete()
    opened = open_or_lost(number)
    if isinstance(opened, Response):
        return opened
    form = PressForm()
    if not form.validate():
        # The button belonged to another sign-in.
        problem = Problem(str(form.token.errors[0]), "", form.refused_status)
        return question_page(opened, Forms(problem=problem))
    try:
        act(opened)
    except refuses as error:
        return refused(number, error, Forms())
    return to_page(number, leads_to)


def to_page(number: str, place: str | None, **said: Any) -> Response:
    """To the question's page, at one of its places; `said` goes along in the address."""
    return redirect(url_for(".show", number=number, **said, _anchor=place), 303)  # type: ignore[return-value]
