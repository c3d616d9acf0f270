"""Colours by lightness and hue as people see them: Oklab (Björn Ottosson, 2020; CSS Color 4, section 9.2).

A package that knows every colour space took a third of a second of each start and three megabytes of each process.
"""

from collections.abc import Sequence

Triple = tuple[float, float, float]
# From linear red, green and blue to the responses of the eye, and from their cube roots to lightness and hue.
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def linear(colour: str) -> Triple:
    """Red, green and blue of `#rrggbb` as light, 0 to 1."""
    red, green, blue = (_light(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return red, green, blue


def written(light: Sequence[float]) -> str:
    """`#rrggbb` of so much light; what no screen can show is cut off."""
    return "#" + "".join(f"{round(255 * _signal(min(1.0, max(0.0, part)))):02x}" for part in light)


def to_oklab(light: Sequence[float]) -> Triple:
    """Lightness and the two axes of hue."""
    return _times(_TO_LAB, [part ** (1 / 3) for part in _times(_TO_CONES, light)])


def from_oklab(lab: Sequence[float]) -> Triple:
    """Red, green and blue as light; below 0 or above 1 where no screen can show it."""
    return _times(_FROM_CONES, [part**3 for part in _times(_FROM_LAB, lab)])


def _times(matrix: Sequence[Triple], vector: Sequence[float]) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _light(signal: float) -> float:
    return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4


def _signal(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
