"""Pictures are made anew by a process of few means: nothing but pixels comes through."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from portal.attachments.inspecting import Refused
from portal.attachments.pictures import _MODULE, remade
from portal.foundation.outside.bounded import _CHILD
from tests.attachments.files import animated, office, picture, png_of_size, with_secrets


def shown(content: bytes) -> Image.Image:
    made = remade(io.BytesIO(content))
    opened = Image.open(io.BytesIO(made.content), formats=["WEBP"])
    assert opened.size == (made.width, made.height)
    return opened


def colour(image: Image.Image) -> tuple[int, ...]:
    return image.convert("RGB").getpixel((image.width // 2, image.height // 2))


def is_near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_comes_through_with_its_colours(kind):
    assert is_near(colour(shown(picture(kind))), (200, 30, 30))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_tells_nothing_of_its_maker_and_stands_upright(kind):
    sent = with_secrets(kind)
    assert b"SECRET" in sent
    made = remade(io.BytesIO(sent))
    assert b"SECRET" not in made.content and b"EXIF" not in made.content and b"ICCP" not in made.content
    assert (made.width, made.height) == (40, 60)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_shown(kind):
    image = shown(animated(kind))
    assert getattr(image, "n_frames", 1) == 1
    assert is_near(colour(image), (255, 0, 0))


@pytest.mark.parametrize(
    ("kind", "mode", "given", "wanted"),
    [
        ("JPEG", "CMYK", (0, 255, 255, 0), (255, 0, 0)),
        ("JPEG", "L", 120, (120, 120, 120)),
        ("PNG", "L", 120, (120, 120, 120)),
        ("PNG", "1", 1, (255, 255, 255)),
        ("PNG", "I;16", 120 * 256, (120, 120, 120)),
        ("PNG", "P", 0, (0, 0, 0)),
        ("PNG", "LA", (120, 255), (120, 120, 120)),
    ],
)
def test_every_kind_of_colour_becomes_a_plain_one(kind, mode, given, wanted):
    assert is_near(colour(shown(picture(kind, mode=mode, colour=given))), wanted)


@pytest.mark.parametrize(
    "sent", [picture(mode="RGBA"), picture(mode="LA"), picture(mode="P", colour=0, transparency=0)]
)
def test_what_shines_through_goes_on_doing_so(sent):
    assert shown(sent).mode == "RGBA"


def test_a_large_picture_is_shown_smaller():
    assert shown(picture("JPEG", size=(4000, 3000))).size == (1600, 1200)
    assert shown(picture("PNG", size=(300, 6000))).size == (80, 1600)
    assert shown(picture("PNG", size=(20_000, 3))).size == (1600, 1)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "CMYK", "I;16"])
def test_forty_million_pixels_come_through_within_the_memory_of_the_process(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert shown(picture(kind, mode=mode, size=(8000, 5000))).size == (1600, 1000)


@pytest.mark.parametrize("size", [(8001, 5000), (20_001, 1), (1, 20_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_more_pixels_than_that_are_refused_before_one_is_decoded(size):
    with pytest.raises(Refused) as refused:
        remade(io.BytesIO(png_of_size(*size)))
    assert refused.value.reason in ("pixels", "damaged")


def test_a_picture_that_is_too_much_for_the_process_has_none_to_show():
    assert remade(io.BytesIO(picture("WEBP", size=(7000, 5500)))) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_a_picture_that_was_cut_is_damaged(kind, share):
    made = io.BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(made, kind)
    with pytest.raises(Refused, match="damaged"):
        remade(io.BytesIO(made.getvalue()[: int(len(made.getvalue()) * share)]))


@pytest.mark.parametrize(
    "sent", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg/>", b"GIF89a" + b"\0" * 50, b"BM" * 90]
)
def test_what_is_no_picture_of_ours_is_damaged(sent):
    with pytest.raises(Refused, match="damaged"):
        remade(io.BytesIO(sent))


@pytest.mark.parametrize(
    "tail", [b"<script>alert('SECRET')</script>", office(SECRET=b"SECRET")], ids=["page", "archive"]
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_of_a_picture_that_is_also_something_else_only_the_picture_is_left(kind, tail):
    made = remade(io.BytesIO(picture(kind) + tail))
    assert b"SECRET" not in made.content and b"PK\x03\x04" not in made.content


def test_the_process_loads_nothing_that_talks_to_anybody():
    work = f"runpy.run_path({str(_CHILD)!r})['run']({_MODULE!r}, 10**9, 60)"
    script = f"import runpy, sys; {work}; print(*sorted(sys.modules))"
    child = [sys.executable, "-I", "-c", script]
    loaded = subprocess.run(child, input="", capture_output=True, text=True, check=True).stdout.split()
    assert "PIL.Image" in loaded
    assert not {"flask", "sqlalchemy", "socket", "portal.foundation.database"} & set(loaded)
