"""Markdown as other tools write it, turned into ours line by line; code blocks are left alone."""

import re
from collections.abc import Callable, Iterator

FENCE = re.compile(r"^\s*(```+|~~~+)")
COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
BREAK = re.compile(r"</?br\s*/?>", re.IGNORECASE)
IMAGE_TAG = re.compile(r"<img\b([^>]{0,500})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ALERT = re.compile(r"^> ?\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$", re.IGNORECASE)
COLONS = re.compile(r"^:::\s*(\w+)[ \[]*([^\]]*)\]?\s*$")
FOLDED = re.compile(r"^(\?\?\?\+?)(\s+\w+)")
# Lines that are no text: programs of MDX, and files that other tools would put in their place.
NO_TEXT = re.compile(
    r"^(?:import\s.+\sfrom\s+['\"]|import\s+['\"].*['\"];?$|export\s+(?:const|default|let|function)\s)"
    r"|^\s*\[!(?i:include)\b.*\]\s*$"
)
# Tags that only wrap words: the words stay. Others are shown as they are written.
BLOCKS = (
    *("p", "div", "center", "details", "summary", "section", "article", "figure", "figcaption", "blockquote"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "col", "colgroup"),
)
IN_A_LINE = ("span", "font", "u", "small", "big", "picture", "source", "a", "kbd", "sub", "sup", "wbr")
BLOCK, WRAPPER = (
    re.compile(rf"</?(?:{'|'.join(names)})(?:\s[^<>]{{0,500}})?/?>", re.IGNORECASE) for names in (BLOCKS, IN_A_LINE)
)
ITEM_TAG = re.compile(r"(^\s*)?<li(?:\s[^<>]{0,200})?>", re.IGNORECASE)
LINK_TAG = re.compile(
    r"<a\s[^<>]{0,500}?href\s*=\s*[\"']([^\"'<>]{1,500})[\"'][^<>]{0,500}>([^<>]{1,300})</a>", re.IGNORECASE
)
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", **dict.fromkeys(("h3", "h4", "h5", "h6"), "**")}
MARK_TAG = re.compile(rf"</?({'|'.join(MARKS)})>", re.IGNORECASE)
CODE_IN_A_LINE = re.compile(r"(`+[^`\n]*`+)")
TARGET = re.compile(
    r"(!?\[[^\]\n]{0,300}\]\()[ \t]*(?:<([^<>\n]+)>|([^\s()<>\"'][^\n()<>\"']*?(?:\([^\s()]*\)[^\n()<>\"']*?)*))"
    r"((?:[ \t]+[\"'][^\n]*?[\"'])?[ \t]*\))"
)
DEFINITION = re.compile(r"^(\s{0,3}\[[^\]\n]{1,300}\]:\s*)<?([^\s<>]+)>?")
INDENT = ("    ", "\t")
ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)])\s|!!!|\?\?\?|:\s|\[\^")
KINDS = {"caution": "warning", "danger": "warning", "important": "warning", "info": "note", "warn": "warning"}


def in_our_words(body: str) -> str:
    """The same text, line by line, with boxes, images, links and emphasis in the form that the portal understands."""
    without = "".join(COMMENT.sub(_line_ends, part) if not is_code else part for is_code, part in _parts(body))
    return "\n".join(_boxes(without.split("\n")))


def with_targets(body: str, rewrite: Callable[[str, bool], str | None]) -> str:
    """The text with every link and image target rewritten; on None only the words of the link stay.

    `rewrite` gets the target and whether it is an image.
    """

    def inline(match: re.Match[str]) -> str:
        is_image = match[1].startswith("!")
        target = rewrite(match[2] or match[3], is_image)
        if target is None:
            return match[1].lstrip("!")[1:-2]
        return f"{match[1]}{target}{match[4]}"

    def definition(match: re.Match[str]) -> str:
        return match[1] + (rewrite(match[2], False) or match[2])

    parts = (part if is_code else _by_line(TARGET.sub(inline, part), definition) for is_code, part in _parts(body))
    return "".join(parts)


def _by_line(part: str, definition: Callable[[re.Match[str]], str]) -> str:
    return "\n".join(DEFINITION.sub(definition, line) for line in part.split("\n"))


def _parts(body: str) -> Iterator[tuple[bool, str]]:
    """The text in stretches: fenced code and everything else."""
    fence = ""
    stretch: list[str] = []
    for line in body.splitlines(keepends=True):
        match = FENCE.match(line)
        is_edge = bool(match) and (not fence or not line.strip().removeprefix(fence).strip(fence[0]))
        if is_edge and not fence:
            yield False, "".join(stretch)
            fence, stretch = (match[1] if match else ""), [line]
        elif is_edge:
            yield True, "".join([*stretch, line])
            fence, stretch = "", []
        else:
            stretch.append(line)
    yield bool(fence), "".join(stretch)


def _line_ends(comment: re.Match[str]) -> str:
    """What is left of a comment, so that every line keeps its number."""
    return "\n" * comment[0].count("\n")


def _boxes(lines: list[str]) -> Iterator[str]:
    """GitHub's `> [!NOTE]`, Docusaurus' `:::note` and folded boxes become `!!! note`."""
    inside, fence, is_item = "", "", False
    for line in lines:
        match = FENCE.match(line)
        if match:
            fence = "" if fence else match[1]
        if inside == "alert" and not line.startswith(">"):
            inside = ""
        if inside == "colons" and line.strip() == ":::":
            inside = ""
            yield ""
            continue
        opening = None if fence or inside else _opening(line)
        written = line
        if opening:
            inside, written = opening
        elif inside:
            written = "    " + (re.sub(r"^> ?", "", line) if inside == "alert" else line)
        # Indented below an item it is part of that, else code.
        is_indented = line.startswith(INDENT)
        is_item = is_item if is_indented or not line.strip() else ITEM.match(line) is not None
        yield written if fence or (is_indented and not is_item) else _tags(written)


def _opening(line: str) -> tuple[str, str] | None:
    if match := ALERT.match(line):
        return "alert", f"!!! {_kind(match[1])}"
    if match := COLONS.match(line):
        title = f' "{match[2].strip()}"' if match[2].strip() else ""
        return "colons", f"!!! {_kind(match[1])}{title}"
    return None


def _kind(written: str) -> str:
    return KINDS.get(written.lower(), written.lower())


def _tags(line: str) -> str:
    if NO_TEXT.match(line):
        return ""
    parts = CODE_IN_A_LINE.split(FOLDED.sub(r"!!!\2", line))
    return "".join(part if CODE_IN_A_LINE.fullmatch(part) else _without_tags(part) for part in parts)


def _without_tags(words: str) -> str:
    if "<" not in words:
        return words
    words = LINK_TAG.sub(r"[\2](\1)", IMAGE_TAG.sub(_image, BREAK.sub(" ", words)))
    words = MARK_TAG.sub(lambda tag: MARKS[tag[1].lower()], words)
    words = ITEM_TAG.sub(lambda tag: " · " if tag[1] is None else f"{tag[1]}- ", words)
    return WRAPPER.sub("", BLOCK.sub(" ", words))


def _image(match: re.Match[str]) -> str:
    attributes = {name.lower(): first or second for name, first, second in ATTRIBUTE.findall(match[1])}
    return f"![{attributes.get('alt', '')}]({attributes['src']})" if attributes.get("src") else match[0]
