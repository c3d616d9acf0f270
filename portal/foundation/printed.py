"""Parts of pages that look alike for many readers: printed once with gaps, afterwards only the gaps are filled.

A part is a template of its own. Its `shape` holds what the template decides by; every combination of these is printed
once for each language. Its gaps hold what is merely shown: the template gets a mark for each of them, or asks for it
by `gap(name)`.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from flask import current_app, has_request_context
from markupsafe import Markup

from portal.foundation.here import app_here
from portal.foundation.i18n import current_language
from portal.foundation.sessions import form_token
from portal.foundation.spoken import escaped

# Control characters that no template and no text of ours has.
_MARK = "\x02{}\x03"
_MARKS = re.compile("\x02([a-z0-9_]+)\x03")
# Stands in none of our texts; where it does, each is escaped by itself.
_BETWEEN = "\x1f"
# Shapes are few; whoever makes many of them costs time, never memory.
_MOST = 400
_TOKEN = "token"  # noqa: S105  (the name of a gap)


class _Pieces(NamedTuple):
    """What stands between the gaps: one text more than there are `names`, those of the gaps in turn.

    Many gaps show the same: each form of a case has the case's address and the reader's token. `own` has each name
    once, and `spread` gives every gap what is shown by its name; None where no name comes twice.
    """

    texts: Sequence[str]
    names: Sequence[str]
    own: Sequence[str]
    spread: Callable[[Sequence[str]], Sequence[str]] | None

    def filled(self, filling: Mapping[str, Any]) -> str:
        """The text with its gaps filled, escaped where it is no markup."""
        shown: Sequence[str] = [
            value if type(value := filling[name]) is Markup else escaped(value)  # most are parts that are printed
            for name in self.own
        ]
        return _woven(self.texts, self.spread(shown) if self.spread else shown)


def printed(template: str, shape: Mapping[str, Hashable], gaps: Mapping[str, object], **always: Any) -> Markup:
    """The template with this shape, its gaps filled; what is no markup is escaped. Forms carry this reader's token.

    `always` are names that are the same each time.
    """
    kept: dict[Any, _Pieces] = app_here().extensions.setdefault("printed", {})
    key = (template, current_language(), *shape.values())
    pieces = kept.get(key)
    if pieces is None:
        if len(kept) >= _MOST:
            kept.clear()
        pieces = kept[key] = _pieces(template, {**shape, **always}, gaps)
    filling = {**gaps, _TOKEN: form_token()} if _TOKEN in pieces.names else gaps
    return Markup(pieces.filled(filling))  # noqa: S704  (printed by templates that escape)


def printed_rows(template: str, rows: Iterable[tuple[Mapping[str, Hashable], Mapping[str, object]]]) -> Markup:
    """Each row's shape and gaps in the same template without forms, one below the other."""
    kept: dict[Any, _Pieces] = app_here().extensions.setdefault("printed_rows", {})
    language = current_language()
    texts: list[str] = []
    values: list[Any] = []
    for shape, gaps in rows:
        key = (template, language, *shape.values())
        pieces = kept.get(key)
        if pieces is None:
            pieces = kept[key] = _pieces(template, shape, gaps)
        texts += pieces.texts
        values += [gaps[name] for name in pieces.names]
        # Between two rows, as between two texts, stands what fills a gap.
        values.append("\n")
    return Markup(_woven(texts, _escaped_all(values[:-1])))  # noqa: S704  (printed by templates that escape)


def _woven(texts: Sequence[str], shown: Sequence[str]) -> str:
    """One text more than is shown between them; joined, which takes a tenth of the time that `%` takes for a page."""
    whole = [""] * (len(texts) + len(shown))
    whole[::2], whole[1::2] = texts, shown
    return "".join(whole)


def _escaped_all(values: list[Any]) -> list[str]:
    """Each of them as it is printed, what is plain text all at once: a list has dozens of values."""
    if set(map(type, values)) == {str}:
        together = escaped(_BETWEEN.join(values)).split(_BETWEEN)
        if len(together) == len(values):
            return together
    return [escaped(value) for value in values]


def printed_page(
    template: str,
    shape: Mapping[str, Hashable],
    gaps: Mapping[str, object],
    names: Callable[[], Mapping[str, Any]] = dict,
) -> str | None:
    """A whole page that every reader of a language may see, printed anew whenever its frame is (`portal/frame.py`).

    `names` are what the template needs besides. None where the page has to be printed and no request is there.
    """
    kept: dict[Any, tuple[object, _Pieces]] = current_app.extensions.setdefault("printed_pages", {})
    key = (template, current_language(), *shape.values())
    frame = current_app.extensions["frame_names"]()
    found = kept.get(key)
    if found is None or found[0] is not frame:
        if not has_request_context():
            return None
        given = {**shape, **names()}
        current_app.update_template_context(given)
        found = kept[key] = (frame, _pieces(template, given, gaps))
    return found[1].filled(gaps)


def gap(name: str) -> Markup:
    """The mark of a gap, for what a template asks of an object."""
    return Markup(_MARK.format(name))  # noqa: S704  (our own names)


def _pieces(template: str, given: Mapping[str, Any], gaps: Mapping[str, object]) -> _Pieces:
    marks = {name: gap(name) for name in gaps}
    given = {**given, **marks, "gap": lambda name: marks[name.replace("-", "_")]}
    text = current_app.jinja_env.get_template(template).render(given)
    if form_token():
        text = text.replace(form_token(), _MARK.format(_TOKEN))
    found = _MARKS.split(text)
    names = tuple(found[1::2])
    own = tuple(dict.fromkeys(names))
    spread = itemgetter(*map(own.index, names)) if len(names) > len(own) else None
    return _Pieces(tuple(found[::2]), names, own, spread)
