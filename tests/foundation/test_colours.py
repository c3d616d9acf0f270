"""The company colour can always be read, or is refused with the nearest one that can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.rendering.colours import (
    NIGHT,
    PAPER,
    TEXT_CONTRAST,
    UnreadableColour,
    contrast,
    palette,
    readable_on,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_an_unreadable_colour_is_refused_with_the_nearest_readable_one():
    with pytest.raises(UnreadableColour, match="nearest readable colour is #") as refused:
        palette("#ffd500")
    assert contrast(refused.value.nearest, PAPER) >= TEXT_CONTRAST


@pytest.mark.parametrize("written", ["teal", "#0f6b6", "0f6b6b", "#0f6b6bff", ""])
def test_what_is_no_colour_is_refused(written):
    with pytest.raises(ValueError, match="six digits"):
        palette(written)


@given(COLOURS, st.sampled_from([PAPER, NIGHT]))
def test_the_nearest_readable_colour_can_be_read(colour, ground):
    assert contrast(readable_on(colour, ground), ground) >= TEXT_CONTRAST


@given(COLOURS)
def test_text_on_the_company_colour_can_be_read_on_light_and_dark_pages(colour):
    made = palette(readable_on(colour, PAPER))
    assert contrast(made.company, made.company_ink) >= TEXT_CONTRAST
    assert contrast(made.company_dark, NIGHT) >= TEXT_CONTRAST
    assert contrast(made.company_dark, made.company_dark_ink) >= TEXT_CONTRAST
