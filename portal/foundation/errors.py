"""Expected failures have a name, a sentence for the person and a status."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class PortalError(Exception):
    """Something went wrong in a way we know; `str(error)` may be shown to the person.

    `headers` go with the answer, `page` is the template that shows it; `more` is what a program is told besides the
    sentence.
    """

    status = 400
    page = "errors/error.html"
    headers: Mapping[str, str] = MappingProxyType({})
    more: Mapping[str, Any] = MappingProxyType({})


class SettingError(PortalError):
    """A setting or a company file that stops the start; the sentence says what to write instead."""

    status = 500
