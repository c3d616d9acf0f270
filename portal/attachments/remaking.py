"""Makes one picture anew in a child process (`portal/foundation/outside/bounded.py`) and writes it to standard output.

Exit 3: damaged. Exit 4: too many pixels. Anything else but 0: it was too much.
"""

import io
import sys
import warnings

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 20_000
SHOWN_SIDE = 1600
DAMAGED, TOO_MANY_PIXELS, TOO_MUCH = 3, 4, 5
# Named here so that they are loaded before memory is short.
PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
STRIP = 32
# How a camera held sideways says so (Exif 0x0112).
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


# The formats that are looked for first, loaded before memory is short.
Image.preinit()


def main(sent: bytes) -> int:
    """Check, shrink, write; the exit status says what happened."""
    if sent.startswith(b"RIFF") and int.from_bytes(sent[4:8], "little") + 8 > len(sent):
        return DAMAGED  # the decoder says the same of a cut WebP as of one that is too large for it
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own limits hold, before anything is decoded
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
                return TOO_MANY_PIXELS
            _write(_shrunk(picture))
    except MemoryError:
        return TOO_MUCH
    except OSError as error:
        return TOO_MUCH if "decoder object" in str(error) else DAMAGED
    except Exception:  # a decoder has many ways to say that it cannot read something
        return DAMAGED
    return 0


def _shrunk(picture: Image.Image) -> Image.Image:
    """The first frame, upright, at most 1600 pixels wide or high, in plain colours."""
    turn = TURNS.get(_orientation(picture))
    picture.draft(None, (SHOWN_SIDE, SHOWN_SIDE))
    picture.load()
    small = _near_its_size(picture)
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.LANCZOS)
    return small.transpose(turn) if turn is not None else small


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # metadata nobody can read does not make a picture unreadable
        return 1


def _near_its_size(picture: Image.Image) -> Image.Image:
    """In plain colours and near the size that is shown; in strips, because a second copy would be too much."""
    factor = max(picture.size) // SHOWN_SIDE
    if factor < 2:
        return _coloured(picture)
    strips = []
    for top in range(0, picture.height, STRIP * factor):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + STRIP * factor)))
        strips.append(_coloured(strip).reduce(factor))
    made = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for number, strip in enumerate(strips):
        made.paste(strip, (0, number * STRIP))
    return made


def _coloured(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through; 16 bits of grey become eight."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    has_alpha = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB")


def _write(picture: Image.Image) -> None:
    made = io.BytesIO()
    # A new picture from the pixels alone: no metadata of any kind can come along.
    clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    clean.save(made, "WEBP", quality=82, method=4)
    out = sys.stdout.buffer
    out.write(clean.width.to_bytes(4, "big") + clean.height.to_bytes(4, "big") + made.getvalue())
    out.flush()
