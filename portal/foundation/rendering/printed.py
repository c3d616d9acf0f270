"""Parts of pages that look alike for many readers: printed once with gaps, afterwards only the gaps are filled.

A part is a template of its own. Its `shape` holds what the template decides by; every combination of these is printed
once for each language. Its gaps hold what is merely shown: the template gets a mark for each of them, or asks for it
by `gap(name)`.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import current_app, has_request_context
from markupsafe import Markup

from portal.foundation.i18n import current_language
from portal.foundation.rendering.spoken import escaped
from portal.foundation.web.here import OnePerApp, globals_here
from portal.foundation.web.sessions import form_token

# Control characters that no template and no text of ours has.
_MARK = "\x02{}\x03"
_MARKS = re.compile("\x02([a-z0-9_]+)\x03")
# Stands in none of our texts; where it does, each is escaped by itself.
_BETWEEN = "\x1f"
_NOTHING = ("",)
# Shapes are few; whoever makes many of them costs time, never memory.
_MOST, _MOST_AGAIN = 400, 100
_TOKEN = "token"  # noqa: S105  (the name of a gap)
_PRINTED = OnePerApp[dict[Any, "_Pieces"]]("printed", dict)
_PRINTED_AGAIN = OnePerApp[dict[Any, "Printed"]]("printed_again", dict)
_PRINTED_PAGES = OnePerApp[dict[Any, tuple[object, "_Pieces"]]]("printed_pages", dict)
# The names that are the same on all pages of a language for a minute (`portal/frame.py`).
FRAME_NAMES = OnePerApp[Callable[[], dict[str, Any]]]("frame_names")

# What a row is decided by, and what is shown in it.
Row = tuple[Mapping[str, Hashable], Mapping[str, object]]


class Printed:
    """Markup in pieces: the texts between its gaps, one more than there are `values`, which are shown in the gaps.

    A page is put together of such parts, and all that is shown in any of them is escaped at once.
    """

    __slots__ = ("texts", "values")

    def __init__(self, texts: Sequence[str], values: Sequence[Any] = ()) -> None:
        self.texts, self.values = texts, values

    def __str__(self) -> str:
        texts: list[str] = []
        values: list[str] = []
        self._add_to(texts, values)
        whole = [""] * (len(texts) + len(values))
        whole[::2], whole[1::2] = texts, _escaped_all(values)
        return "".join(whole)

    def __html__(self) -> str:
        """The text, for a template, which need not escape it."""
        return str(self)

    def __bool__(self) -> bool:
        return len(self.texts) > 1 or bool(self.texts[0])

    def __contains__(self, text: str) -> bool:
        return text in str(self)

    def _add_to(self, texts: list[str], values: list[str]) -> None:
        """Behind these; what is no plain text becomes a text itself, with nothing shown around it."""
        own, shown, done = self.texts, self.values, 0
        for place in [place for place, value in enumerate(shown) if type(value) is not str]:
            texts += own[done : place + 1]
            values += shown[done:place]
            values.append("")
            part, done = shown[place], place + 1
            if type(part) is Printed:
                part._add_to(texts, values)
            else:
                texts.append(escaped(part))
            values.append("")
        texts += own[done:]
        values += shown[done:]


class _Pieces(NamedTuple):
    """What stands between the gaps: one text more than there are `names`, those of the gaps in turn."""

    texts: Sequence[str]
    names: Sequence[str]

    def filled(self, filling: Mapping[str, Any]) -> Printed:
        """The text with its gaps filled."""
        return Printed(self.texts, [filling[name] for name in self.names])


def printed(template: str, shape: Mapping[str, Hashable], gaps: Mapping[str, object], **always: Any) -> Printed:
    """The template with this shape, its gaps filled; what is no markup is escaped. Forms carry this reader's token.

    `always` are names that are the same each time.
    """
    language, kept = _kept_here()
    key = (template, language, *shape.values())
    pieces = kept.get(key)
    if pieces is None:
        if len(kept) >= _MOST:
            kept.clear()
        pieces = kept[key] = _pieces(template, {**shape, **always}, gaps)
    return pieces.filled({**gaps, _TOKEN: form_token()} if _TOKEN in pieces.names else gaps)


def printed_again(key: Sequence[Hashable], make: Callable[[], Printed]) -> Printed:
    """What `make` prints, kept for whoever reads with the same form token and the same `key`.

    For parts that mostly show what they showed a moment ago; the key holds all that they show and decide by.
    """
    kept = _PRINTED_AGAIN.here()
    whole = (current_language(), form_token(), *key)
    found = kept.get(whole)
    if found is None:
        if len(kept) >= _MOST_AGAIN:
            kept.clear()
        found = kept[whole] = Printed((str(make()),))
    return found


def printed_rows(template: str, rows: Iterable[Row]) -> Printed:
    """Each row's shape and gaps in the same template without forms, one below the other."""
    language, kept = _kept_here()
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
    return Printed(texts or _NOTHING, values[:-1])


def _kept_here() -> tuple[str, dict[Any, _Pieces]]:
    """The language of this request, and what was printed so far, which is looked for once in a request."""
    here = globals_here()
    try:
        return here.language, here.printed
    except AttributeError:
        here.printed = _PRINTED.here()
        return current_language(), here.printed


def _escaped_all(values: Sequence[str]) -> Sequence[str]:
    """Each of them as it is printed, all at once: a page has hundreds of them."""
    together = escaped(_BETWEEN.join(values)).split(_BETWEEN)
    return together if len(together) == len(values) else [escaped(value) for value in values]


def printed_page(
    template: str,
    shape: Mapping[str, Hashable],
    gaps: Mapping[str, object],
    names: Callable[[], Mapping[str, Any]],
) -> str | None:
    """A whole page that every reader of a language may see, printed anew whenever its frame is (`portal/frame.py`).

    `names` are what the template needs besides. None where the page has to be printed and no request is there.
    """
    kept = _PRINTED_PAGES.here()
    key = (template, current_language(), *shape.values())
    frame = FRAME_NAMES.here()()
    found = kept.get(key)
    if found is None or found[0] is not frame:
        if not has_request_context():
            return None
        given = {**shape, **names()}
        current_app.update_template_context(given)
        found = kept[key] = (frame, _pieces(template, given, gaps))
    return str(found[1].filled(gaps))


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
    return _Pieces(tuple(found[::2]), names)
