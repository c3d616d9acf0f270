"""Links and images: what the author wrote, where it leads, and the element that says so."""

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown.util import AMP_SUBSTITUTE

ESCAPED = re.compile("\x02(\\d+)\x03")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
WEB_SCHEMES = ("http", "https", "mailto", "tel")
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Picture:
    """Where an image is served, and how large it is (0 when unknown)."""

    url: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A link or an image as the author wrote it, and where it leads; `url` is None when it leads nowhere."""

    target: str
    url: str | None
    text: str = ""


ResolveLink = Callable[[str], str | None]
ResolveImage = Callable[[str], Picture | None]


def written(value: str) -> str:
    """An attribute as the author meant it: the parser's stand-ins for escaped characters and entities undone."""
    value = ESCAPED.sub(lambda match: chr(int(match[1])), value)
    return entities.unescape(value.replace(AMP_SUBSTITUTE, "&"))


def is_remote(target: str) -> bool:
    """Whether a browser would ask another host for this image."""
    visible = INVISIBLE.sub("", target)
    return visible.startswith(("//", "\\\\", "/\\")) or SCHEME.match(visible) is not None


def point(link: Element, url: str | None) -> None:
    """Lead a link to an address; a dead one leaves its words."""
    if url is None:
        become_text(link, link.text or "")
        return
    link.set("href", url)
    if url.startswith(("http:", "https:")):
        link.set("rel", "noopener")
    elif "rel" in link.attrib:
        del link.attrib["rel"]


def show(image: Element, picture: Picture, *, is_lazy: bool) -> None:
    """Show an image of this site; the author's size wins over the file's."""
    image.set("src", picture.url)
    if picture.width and picture.height and not {"width", "height"} & set(image.attrib):
        image.set("width", str(picture.width))
        image.set("height", str(picture.height))
    image.attrib.pop("loading", None)
    if is_lazy:
        image.set("loading", "lazy")
    image.set("decoding", "async")


def become_link(image: Element, target: str, alt: str) -> None:
    """A remote image is a link to it: no page of ours makes a browser ask a foreign host."""
    is_web = INVISIBLE.sub("", target).lower().startswith(("http:", "https:", "//"))
    become_text(image, alt or target)
    if is_web:
        image.tag = "a"
        image.set("href", f"https:{target}" if target.startswith("//") else target)


def become_text(element: Element, text: str) -> None:
    """Leave the words and nothing else."""
    element.tag, element.text = "span", text
    element.attrib.clear()
