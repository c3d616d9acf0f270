"""Parts of pages that look alike for many readers: printed once with gaps, afterwards only the gaps are filled.

A part is a template of its own. Its `shape` holds what the template decides by; every combination of these is printed
once for each language. Its gaps hold what is merely shown: the template gets a mark for each of them, or asks for it
by `gap(name)`.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from portal.foundation.i18n import current_language
from portal.foundation.sessions import form_token
from portal.foundation.spoken import escaped

# Control characters that no template and no text of ours has.
_MARK = "\x02{}\x03"
_MARKS = re.compile("\x02([a-z0-9_]+)\x03")
# Shapes are few; whoever makes many of them costs time, never memory.
_MOST = 400
_TOKEN = "token"  # noqa: S105  (the name of a gap)


class _Pieces(NamedTuple):
    """Every second text is a gap; `names` are those of the gaps in turn."""

    texts: list[str]
    names: Sequence[str]


def printed(template: str, shape: Mapping[str, Hashable], gaps: Mapping[str, object], **always: Any) -> Markup:
    """The template with this shape, its gaps filled; what is no markup is escaped. Forms carry this reader's token.

    `always` are names that are the same each time.
    """
    kept: dict[Any, _Pieces] = current_app.extensions.setdefault("printed", {})
    key = (template, current_language(), *shape.values())
    pieces = kept.get(key)
    if pieces is None:
        if len(kept) >= _MOST:
            kept.clear()
        pieces = kept[key] = _pieces(template, {**shape, **always}, gaps)
    filled = {**gaps, _TOKEN: form_token()} if _TOKEN in pieces.names else gaps
    found = pieces.texts.copy()
    found[1::2] = [escaped(filled[name]) for name in pieces.names]
    return Markup("".join(found))  # noqa: S704  (printed by templates that escape)


def gap(name: str) -> Markup:
    """The mark of a gap, for what a template asks of an object."""
    return Markup(_MARK.format(name))  # noqa: S704  (our own names)


def _pieces(template: str, names: Mapping[str, Any], gaps: Mapping[str, object]) -> _Pieces:
    marks = {name: gap(name) for name in gaps}
    given = {**names, **marks, "gap": lambda name: marks[name.replace("-", "_")]}
    text = current_app.jinja_env.get_template(template).render(given)
    if form_token():
        text = text.replace(form_token(), _MARK.format(_TOKEN))
    found = _MARKS.split(text)
    return _Pieces(found, tuple(found[1::2]))
