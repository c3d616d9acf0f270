"""Markdown becomes safe HTML, here and nowhere else.

`render` knows no files and no addresses: the caller's resolvers say where a link or an image leads. What comes out is
sanitised with explicit lists, so it may be printed as it is.
"""

from portal.foundation.markdown.answers import render_answer
from portal.foundation.markdown.references import Picture, Reference
from portal.foundation.markdown.rendering import (
    VERSION,
    MarkdownUnusable,
    Rendered,
    anchor_for,
    render,
)
from portal.foundation.markdown.sanitising import plain_text
from portal.foundation.markdown.shaping import Labels
