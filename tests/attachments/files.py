"""Files that people send, made on the spot: honest ones, broken ones, and ones that pretend."""

import io
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

from portal.attachments.rules import Incoming

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def incoming(name: str, content: bytes, declared: str = "") -> Incoming:
    return Incoming(name, declared, io.BytesIO(content))


def picture(kind: str = "PNG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB", colour=None, **saving) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, colour if colour is not None else _some_colour(mode)).save(made, kind, **saving)
    return made.getvalue()


def _some_colour(mode: str):
    return {"RGB": (200, 30, 30), "RGBA": (200, 30, 30, 90), "CMYK": (10, 200, 200, 20), "LA": (120, 90)}.get(mode, 1)


def animated(kind: str) -> bytes:
    """Three frames: red, green, blue."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    made = io.BytesIO()
    frames[0].save(made, kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    return made.getvalue()


def with_secrets(kind: str) -> bytes:
    """A picture that says where it was taken, by whom and with what, in every place its format has."""
    exif = Image.Exif()
    exif[0x010F], exif[0x9286], exif[0x0112] = "SECRET-CAMERA", "SECRET-COMMENT", 6
    exif.get_ifd(0x8825)[2] = (49.0, 0.0, 0.0)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SECRET-AUTHOR")
    saving = {"pnginfo": notes} if kind == "PNG" else {"xmp": b"<x:xmpmeta>SECRET-XMP</x:xmpmeta>"}
    if kind == "JPEG":
        saving["comment"] = b"SECRET-COMMENT"
    return picture(kind, exif=exif, icc_profile=b"SECRET-PROFILE" * 20, **saving)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims these measures and holds almost no pixels."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0" * 90)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def office(
    words: str = WORD, *, entry: str = "[Content_Types].xml", packed: int = zipfile.ZIP_DEFLATED, **more: bytes
) -> bytes:
    """An office file that says of itself what the words say; `more` are further entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as archive:
        archive.writestr(entry, f'<Types><Override ContentType="{words}"/></Types>' if "[" in entry else words)
        for name, content in {"word/document.xml": b"<w:document/>", **more}.items():
            archive.writestr(name, content)
    return made.getvalue()


def open_document(words: str = "application/vnd.oasis.opendocument.text") -> bytes:
    return office(words, entry="mimetype")


def zip_bomb() -> bytes:
    """A docx whose every entry, its list of types included, is a gigabyte of nothing."""
    nothing = b" " * 20_000_000
    return office(WORD + " " * 5_000_000, **{f"word/media/{number}.xml": nothing for number in range(3)})


def long_list() -> bytes:
    """A docx with fifty thousand entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", WORD)
        for number in range(20_000):
            archive.writestr(f"word/{number}", b"")
    return made.getvalue()


def hidden_list() -> bytes:
    """The same, announced as short at the end, and as long as it is in the record of large archives before that."""
    long = long_list()
    end = len(long) - 22
    size, start = (int.from_bytes(long[at : at + 4], "little") for at in (end + 12, end + 16))
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 20_001, 20_001, size, start)
    where = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    return long[:end] + large + where + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 100, start, 0)
