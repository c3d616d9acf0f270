"""The last word on HTML: explicit tags, attributes, classes and addresses; everything else is gone."""

import html as entities
import re

import nh3

TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "div", "section", "span", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
    *("a", "em", "strong", "sup", "sub", "del", "img", "input"),
}
ATTRIBUTES = {
    "a": {"href", "class", "rel", "aria-label", "id"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "input": {"type", "disabled", "checked", "aria-label"},
    "th": {"class", "scope"},
    "td": {"class"},
    "p": {"class"},
    "code": {"class"},
    "ol": {"start", "class"},
    "ul": {"class"},
    "li": {"id", "class"},
    "sup": {"id"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
CLASSES = {
    *("admonition", "admonition-title", "note", "tip", "info", "warning", "danger", "important", "short", "dislike"),
    *("task-list", "task-list-item", "footnote", "footnote-ref", "footnote-backref"),
    *("anchor", "video", "external", "table-scroll", "align-left", "align-center", "align-right"),
}
SCHEMES = {"http", "https", "mailto", "tel"}
FIXED_VALUES = {
    "role": {"region"},
    "tabindex": {"0"},
    "type": {"checkbox"},
    "rel": {"noopener"},
    "scope": {"col"},
    "loading": {"lazy"},
    "decoding": {"async"},
}
LANGUAGE_CLASS = re.compile(r"language-[a-z0-9+#-]{1,20}")
ANCHOR = re.compile(r"[\w:.-]{1,100}")
NUMBER = re.compile(r"[0-9]{1,5}")
BLOCK_END = re.compile(r"</(?:h[2-6]|p|li|dt|dd|th|td|pre|div|blockquote)>|<(?:br|hr)>")
TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
NOT_CONTENT = re.compile(r'<a [^>]*class="(?:anchor|footnote-backref)"[^>]*>[^<]*</a>|<sup id="[^"]*">.*?</sup>')


def sanitise(html: str) -> str:
    """The same HTML with only what the lists allow."""
    return _cleaner.clean(html)


def plain_text(html: str) -> str:
    """Sanitised HTML without markup, one line per block: what the search index reads."""
    text = TAG.sub("", BLOCK_END.sub("\n", NOT_CONTENT.sub("", html)))
    lines = (" ".join(line.split()) for line in entities.unescape(text).splitlines())
    return "\n".join(line for line in lines if line)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value if it may stay, cleaned; nh3 drops it on None."""
    if attribute == "class":
        return " ".join(name for name in value.split() if _is_allowed_class(name)) or None
    if attribute in ("href", "src"):
        return value if _is_allowed_address(tag, value) else None
    if attribute == "id":
        return value if ANCHOR.fullmatch(value) else None
    if attribute in ("width", "height", "start"):
        return value if NUMBER.fullmatch(value) else None
    if attribute in FIXED_VALUES:
        return value if value in FIXED_VALUES[attribute] else None
    return value


def _is_allowed_class(name: str) -> bool:
    return name in CLASSES or LANGUAGE_CLASS.fullmatch(name) is not None


def _is_allowed_address(tag: str, value: str) -> bool:
    """Images only from this site; links to this site, to this page, or with an allowed scheme (nh3 checks that)."""
    if value.startswith("/"):
        return not value.startswith(("//", "/\\"))
    return tag == "a" and (value.startswith("#") or ":" in value)


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes=SCHEMES,
    link_rel=None,
)
