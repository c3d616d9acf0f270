"""Pages of a list that grows and shrinks: no row twice, none left out, and the first page is always whole."""

import pytest

from portal.foundation.rendering.paging import FIRST, Cursor, Place, page_at, read_cursor, ways

SIZE = 3


def page(numbers, place=FIRST):
    """The page of these numbers, the largest first."""

    def find(at):
        ordered = sorted(numbers, reverse=not at.is_back)
        if at.row:
            ordered = [each for each in ordered if (each > at.row.id if at.is_back else each < at.row.id)]
        return ordered[: SIZE + 1]

    return page_at(place, SIZE, find)


def behind(number):
    return Place(Cursor(0, number))


def before(number):
    return Place(Cursor(0, number), is_back=True)


@pytest.mark.once
@pytest.mark.parametrize(
    ("place", "rows", "has_previous", "has_next"),
    [
        (FIRST, [9, 8, 7], False, True),
        (behind(7), [6, 5, 4], True, True),
        (behind(4), [3, 2, 1], True, False),
        (before(3), [6, 5, 4], True, True),
        (before(6), [9, 8, 7], False, True),
        (before(8), [9, 8, 7], False, True),  # fewer than a page stand before it
        (before(9), [9, 8, 7], False, True),
        (behind(1), [9, 8, 7], False, True),  # nothing is left there
    ],
)
def test_a_page_holds_what_stands_there_and_says_what_stands_around_it(place, rows, has_previous, has_next):
    found = page(range(1, 10), place)
    assert (found.rows, found.has_previous, found.has_next) == (rows, has_previous, has_next)


@pytest.mark.once
def test_an_empty_list_leads_nowhere():
    assert ways(page([], behind(7)), lambda **asked: str(asked), lambda row: Cursor(0, row)) == ("", "", "")


@pytest.mark.once
def test_what_a_page_asks_for_is_read_again():
    found = ways(page(range(1, 10), behind(7)), lambda **asked: asked, lambda row: Cursor(0, row))
    assert found == ({}, {"before": "6"}, {"after": "4"})
    for cursor in (Cursor(0, 17), Cursor(1_700_000_000_000_000, 17)):
        assert read_cursor(str(cursor)) == cursor
