"""What belongs together stays on one line: a number with its unit, a section sign with its number."""

import re
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

NO_BREAK = "\u00a0"
_UNITS = (
    "€", "%", "Euro", "Cent", "ct", "Uhr", "Std.", "Min.", "a.m.", "p.m.",
    "mm", "cm", "m", "km", "kg", "g", "l", "W", "Watt", "kW", "kWh", "V", "A", "Hz", "MHz", "GHz",
    "kB", "KB", "MB", "GB", "TB", "kbit/s", "Mbit/s", "Gbit/s", "Mbps", "Gbps", "°C",
)  # fmt: skip
_NUMBER_UNIT = re.compile(rf"(?<=\d) (?=(?:{'|'.join(map(re.escape, _UNITS))})(?![\w/]))")
_SECTION = re.compile(r"(?<![^\s(\[„“])(§§?|Art\.|Abs\.|Nr\.|No\.) (?=\d)")
_LITERAL = ("code", "pre", "kbd", "samp")


class Ties(Treeprocessor):
    """Puts no-break spaces into everything but code."""

    def run(self, root: Element) -> None:
        self._tie(root, is_literal=False)

    def _tie(self, element: Element, *, is_literal: bool) -> None:
        is_literal = is_literal or element.tag in _LITERAL
        if element.text and not is_literal:
            element.text = tied(element.text)
        for child in element:
            self._tie(child, is_literal=is_literal)
            if child.tail and not is_literal:
                child.tail = tied(child.tail)


def tied(text: str) -> str:
    """The text with no-break spaces: `34,90 €`, `150 Mbit/s`, `8:00 Uhr`, `§ 60`."""
    return _SECTION.sub(rf"\1{NO_BREAK}", _NUMBER_UNIT.sub(NO_BREAK, text))
