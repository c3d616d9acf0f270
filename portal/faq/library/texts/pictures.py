"""Width and height of an image from its first bytes, so that pages do not jump while images load."""

import re
import struct
from collections.abc import Callable

Size = tuple[int, int]
UNKNOWN: Size = (0, 0)
MAX_SIDE = 20_000
SVG_TAG = re.compile(rb"<svg\b[^>]{0,4000}>", re.DOTALL)
SVG_BOX = re.compile(rb"""viewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")
JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})


def size_of(content: bytes, suffix: str) -> Size:
    """Pixels of a PNG, GIF, JPEG, WebP or SVG; (0, 0) when the file does not say or is something else."""
    try:
        width, height = READERS.get(suffix.lower(), _unknown)(content)
    except (struct.error, IndexError, ValueError, OverflowError):
        return UNKNOWN
    return (width, height) if 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE else UNKNOWN


def _unknown(_content: bytes) -> Size:
    return UNKNOWN


def _png(content: bytes) -> Size:
    return struct.unpack(">II", content[16:24]) if content.startswith(b"\x89PNG\r\n\x1a\n") else UNKNOWN


def _gif(content: bytes) -> Size:
    return struct.unpack("<HH", content[6:10]) if content[:6] in (b"GIF87a", b"GIF89a") else UNKNOWN


def _jpeg(content: bytes) -> Size:
    """Walk from segment to segment until the one that describes the frame."""
    at = 2 if content.startswith(b"\xff\xd8") else len(content)
    while at + 9 < len(content):
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if content[at] != 0xFF:
            return UNKNOWN
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 + max(2, length)
    return UNKNOWN


def _webp(content: bytes) -> Size:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return UNKNOWN
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return width + 1, height + 1
    if kind == b"VP8L":
        bits = struct.unpack("<I", content[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _svg(content: bytes) -> Size:
    tag = SVG_TAG.search(content[:20_000])
    if not tag:
        return UNKNOWN
    width, height = (_pixels(tag[0], name) for name in (rb"width", rb"height"))
    box = SVG_BOX.search(tag[0])
    if (not width or not height) and box:
        width, height = (round(float(side)) for side in box.groups())
    return width, height


def _pixels(tag: bytes, name: bytes) -> int:
    match = re.search(rb"\s" + name + rb"""\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']""", tag)
    return round(float(match[1])) if match else 0


READERS: dict[str, Callable[[bytes], Size]] = {
    ".png": _png,
    ".gif": _gif,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".webp": _webp,
    ".svg": _svg,
}
