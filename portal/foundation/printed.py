"""Parts of pages that look alike for many readers: printed once with gaps, afterwards only the gaps are filled.

A part is a template of its own. Its `shape` holds what the template decides by; every combination of these is printed
once for each language. Its gaps hold what is merely shown: the template gets a mark for each of them, or asks for it
by `gap(name)`.
"""

import re
from collections.abc import Hashable, Mapping
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from portal.foundation.i18n import current_language
from portal.foundation.sessions import form_token

# Control characters that no template and no text of ours has.
_MARK = "\x02{}\x03"
_MARKS = re.compile("\x02([a-z0-9_]+)\x03")
# Shapes are few; whoever makes many of them costs time, never memory.
_MOST = 400


def printed(template: str, shape: Mapping[str, Hashable], gaps: Mapping[str, object], **always: Any) -> Markup:
    """The template with this shape, its gaps filled; what is no markup is escaped. Forms carry this reader's token.

    `always` are names that are the same each time.
    """
    kept: dict[Any, list[str]] = current_app.extensions.setdefault("printed", {})
    key = (template, current_language(), *shape.values())
    pieces = kept.get(key)
    if pieces is None:
        if len(kept) >= _MOST:
            kept.clear()
        pieces = kept[key] = _pieces(template, {**shape, **always}, gaps)
    found = pieces.copy()
    filled = {**gaps, "token": form_token()}
    # Texts and names of gaps stand in turn.
    found[1::2] = [escape(filled[name]) for name in pieces[1::2]]
    return Markup("".join(found))  # noqa: S704  (printed by templates that escape)


def _pieces(template: str, names: Mapping[str, Any], gaps: Mapping[str, object]) -> list[str]:
    marks = {name: Markup(_MARK.format(name)) for name in gaps}  # noqa: S704  (our own names)
    given = {**names, **marks, "gap": lambda name: marks[name.replace("-", "_")]}
    text = current_app.jinja_env.get_template(template).render(given)
    if form_token():
        text = text.replace(form_token(), _MARK.format("token"))
    return _MARKS.split(text)
