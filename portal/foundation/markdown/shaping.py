"""What happens to the parsed tree before it becomes HTML: headings, links, images, tables, boxes."""

import html as entities
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor

from portal.foundation.markdown.references import (
    INVISIBLE,
    SCHEME,
    WEB_SCHEMES,
    Reference,
    ResolveImage,
    ResolveLink,
    become_link,
    become_text,
    is_remote,
    point,
    show,
    written,
)

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Ids that pages use themselves, so that a heading never takes their place.
RESERVED_ANCHORS = frozenset({"main", "content", "search", "header", "footer", "top", "menu", "navigation"})


@dataclass(frozen=True, slots=True)
class Labels:
    """The few words that rendering adds itself, in the language of the text."""

    anchor: str = "Link to this section"
    table: str = "Table"
    back: str = "Back to the text"
    done: str = "Done"
    to_do: str = "To do"
    boxes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderedHeading:
    """One heading with its anchor."""

    level: int
    text: str
    anchor: str


class Lowering(Treeprocessor):
    """The title is the page's only first-level heading: a text that has others is lowered by one level."""

    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if element.tag in HEADINGS]
        if any(element.tag == "h1" for element in headings):
            for element in headings:
                element.tag = f"h{min(6, int(element.tag[1]) + 1)}"
        for element in headings:
            if element.get("id") in RESERVED_ANCHORS:
                element.set("id", f"{element.get('id')}-1")


class Shaping(Treeprocessor):
    """Gives every link, image, heading and table its final form and notes what it saw."""

    def begin(self, *, resolve_link: ResolveLink, resolve_image: ResolveImage, labels: Labels, sections: bool) -> None:
        """Forget the text before; called once for each text."""
        self.resolve_link, self.resolve_image = resolve_link, resolve_image
        self.labels, self.sections = labels, sections
        self.headings: list[RenderedHeading] = []
        self.links: list[Reference] = []
        self.images: list[Reference] = []
        self.tables = 0

    def run(self, root: Element) -> None:
        self._note_headings(getattr(self.md, "toc_tokens", []))
        elements = list(root.iter())
        linked = {id(image) for link in root.iter("a") for image in link.iter("img")}
        for element in elements:
            if element.tag == "img":
                self._shape_image(element, is_linked=id(element) in linked)
        for element in elements:
            self._shape(element)
        for parent, table in _tables(root):
            self._wrap_table(parent, table)
        if self.sections:
            _wrap_sections(root)

    def _note_headings(self, tokens: list[dict]) -> None:
        for token in tokens:
            text = entities.unescape(written(token["name"])).strip()
            self.headings.append(RenderedHeading(int(token["level"]), text, token["id"]))
            self._note_headings(token["children"])

    def _shape(self, element: Element) -> None:
        if element.tag in HEADINGS:
            self._add_anchor(element)
        elif element.tag == "a":
            self._shape_link(element)
        elif element.tag in ("th", "td"):
            _class_instead_of_align(element)
        elif element.get("class") == "admonition-title":
            element.text = self.labels.boxes.get((element.text or "").lower(), element.text)

    def _add_anchor(self, heading: Element) -> None:
        name, anchor = "".join(heading.itertext()), written(heading.get("id", ""))
        _add_space(heading)
        link = SubElement(heading, "a", {"class": "anchor", "href": f"#{anchor}"})
        link.set("aria-label", f"{self.labels.anchor}: {written(name).strip()}")
        link.text = "#"

    def _shape_link(self, link: Element) -> None:
        if "href" not in link.attrib:
            return
        classes = link.get("class", "").split()
        if "footnote-backref" in classes:
            link.set("aria-label", self.labels.back)
            link.attrib.pop("title", None)
        if "footnote-backref" in classes or "footnote-ref" in classes or "anchor" in classes:
            return
        target = written(link.get("href", ""))
        url = self._address(target)
        self.links.append(Reference(target, url, written("".join(link.itertext()))))
        point(link, url)

    def _address(self, target: str) -> str | None:
        visible = INVISIBLE.sub("", target)
        scheme = SCHEME.match(visible)
        if visible.startswith("//"):
            return f"https:{visible}"
        if scheme:
            return target.strip() if scheme[1].lower() in WEB_SCHEMES else None
        return target if target.startswith("#") else self.resolve_link(target)

    def _shape_image(self, image: Element, *, is_linked: bool) -> None:
        target, alt = written(image.get("src", "")), image.get("alt", "")
        picture = None if is_remote(target) else self.resolve_image(target)
        is_first = not any(seen.url for seen in self.images)
        self.images.append(Reference(target, picture.url if picture else None, written(alt)))
        if picture:
            show(image, picture, is_lazy=not is_first)
        elif is_remote(target) and not is_linked:
            become_link(image, target, alt)
        else:
            become_text(image, alt)

    def _wrap_table(self, parent: Element, table: Element) -> None:
        self.tables += 1
        frame = Element("div", {"class": "table-scroll", "tabindex": "0", "role": "region"})
        frame.set("aria-label", f"{self.labels.table} {self.tables}")
        frame.tail, table.tail = table.tail, "\n"
        parent[list(parent).index(table)] = frame
        frame.append(table)


def _class_instead_of_align(cell: Element) -> None:
    """Inline styles and `align` are forbidden by our policy: a class says the same."""
    align = cell.attrib.pop("align", "")
    if align:
        cell.set("class", f"align-{align}")
    if cell.tag == "th" and not len(cell) and not (cell.text or "").strip():
        # A corner without words heads nothing.
        cell.tag = "td"
    elif cell.tag == "th":
        cell.set("scope", "col")


def _add_space(heading: Element) -> None:
    if len(heading):
        heading[-1].tail = (heading[-1].tail or "") + " "
    else:
        heading.text = (heading.text or "") + " "


def _tables(root: Element) -> Iterator[tuple[Element, Element]]:
    return iter([(parent, child) for parent in root.iter() for child in parent if child.tag == "table"])


def _wrap_sections(root: Element) -> None:
    """Every second-level heading and what follows it become one section."""
    section = None
    for element in list(root):
        if element.tag == "h2":
            section = Element("section")
            root[list(root).index(element)] = section
        elif section is not None:
            root.remove(element)
        if section is not None:
            section.append(element)
