"""Company colours that can be read, by WCAG 2.2 contrast (success criteria 1.4.3 and 1.4.11)."""

import re
from dataclasses import dataclass

from coloraide import Color

TEXT_CONTRAST = 4.5
PAPER, NIGHT = "#ffffff", "#14191d"
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Palette:
    """The company colour for light and for dark pages, each with the text colour that stands on it."""

    company: str
    company_ink: str
    company_dark: str
    company_dark_ink: str

    @property
    def css(self) -> str:
        """The four custom properties that the style sheet builds on."""
        pairs = {
            "--company": self.company,
            "--company-ink": self.company_ink,
            "--company-dark": self.company_dark,
            "--company-dark-ink": self.company_dark_ink,
        }
        return ":root{" + "".join(f"{name}:{value};" for name, value in pairs.items()) + "}\n"


class UnreadableColour(ValueError):
    """The colour cannot be read on white; `nearest` can."""

    def __init__(self, colour: str, nearest: str) -> None:
        ratio = contrast(colour, PAPER)
        super().__init__(
            f"{colour} has a contrast of {ratio:.1f} on white, readable text needs {TEXT_CONTRAST}; "
            f"the nearest readable colour is {nearest}"
        )
        self.nearest = nearest


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    return Color(one).contrast(other, method="wcag21")


def palette(colour: str) -> Palette:
    """The palette of a colour written `#rrggbb`; ValueError when it is none, UnreadableColour when too light."""
    if not _HEX.fullmatch(colour):
        raise ValueError(f"{colour!r} is not a colour: write six digits, for example #0f6b6b")
    if contrast(colour, PAPER) < TEXT_CONTRAST:
        raise UnreadableColour(colour, readable_on(colour, PAPER))
    dark = readable_on(colour, NIGHT)
    return Palette(colour.lower(), _ink_on(colour), dark, _ink_on(dark))


def readable_on(colour: str, ground: str) -> str:
    """The colour itself or, when it cannot be read on that ground, the nearest lightness of it that can."""
    shade = Color(colour).convert("oklch")
    step = 0.005 if Color(ground).luminance() < 0.5 else -0.005
    found = Color(colour).to_string(hex=True)
    while contrast(found, ground) < TEXT_CONTRAST:
        shade["lightness"] += step
        found = shade.convert("srgb").fit("srgb").to_string(hex=True)
    return found


def _ink_on(colour: str) -> str:
    return max((PAPER, NIGHT), key=lambda ink: contrast(ink, colour))
