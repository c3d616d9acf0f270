"""Company colours that can be read, by WCAG 2.2 contrast (success criteria 1.4.3 and 1.4.11)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.foundation.rendering.oklab import from_oklab, linear, to_oklab, written

TEXT_CONTRAST = 4.5
PAPER, NIGHT = "#ffffff", "#14191d"
# How much red, green and blue say of how light a colour is.
_SHARES = (0.2126, 0.7152, 0.0722)
# Grounds are light or dark; a colour out of what a screen can show loses strength in such steps.
_HALF, _ROUNDING = 0.5, 0.002
_STRENGTHS = [part / 50 for part in range(50, -1, -1)]
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
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=8)
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
    lightness, *hue = to_oklab(linear(colour))
    step = 0.005 if _luminance(ground) < _HALF else -0.005
    found = colour.lower()
    while contrast(found, ground) < TEXT_CONTRAST:
        lightness += step
        found = _nearest_shown(lightness, hue)
    return found


def _nearest_shown(lightness: float, hue: Sequence[float]) -> str:
    """The colour of this lightness and hue, as strong as a screen can show it."""
    for strength in _STRENGTHS:
        shown = from_oklab((lightness, *(strength * part for part in hue)))
        if all(-_ROUNDING <= part <= 1 + _ROUNDING for part in shown):
            break
    return written(shown)


def _luminance(colour: str) -> float:
    return sum(share * part for share, part in zip(_SHARES, linear(colour), strict=True))


def _ink_on(colour: str) -> str:
    return max((PAPER, NIGHT), key=lambda ink: contrast(ink, colour))
