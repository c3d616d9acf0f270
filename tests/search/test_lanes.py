"""Arithmetic on a number for each article gives what the same gives one by one."""

from hypothesis import given
from hypothesis import strategies as st

from portal.search.index.lanes import MOST_WEIGHT, Lanes

BYTES = st.binary(min_size=1, max_size=40)


@given(BYTES, BYTES, st.integers(1, MOST_WEIGHT - 1), st.integers(1, 32_767), st.integers(0, 100))
def test_lanes_do_for_all_articles_what_is_meant_for_each(one, other, weight, least, hundredths):
    size = min(len(one), len(other))
    one, other, lanes = one[:size], other[:size], Lanes(size)
    a, b = lanes.of(one), lanes.of(other)
    assert list(lanes.values(lanes.larger(a, b))) == list(map(max, one, other))
    assert list(lanes.impacts(lanes.smaller(a, b))) == list(map(min, one, other))
    total = a * weight + b * (MOST_WEIGHT - weight)
    sums = [weight * x + (MOST_WEIGHT - weight) * y for x, y in zip(one, other, strict=True)]
    assert list(lanes.values(total)) == sums
    assert lanes.highest(lanes.values(total)) == max(sums)
    assert lanes.places(lanes.at_least(total, least)) == [place for place, x in enumerate(sums) if x >= least]
    scaled = lanes.values(lanes.scaled(a, hundredths / 100))
    assert all(abs(x * hundredths / 100 - y) <= 2 for x, y in zip(one, scaled, strict=True))
    low, high = lanes.reached_by(total, most := 1 + weight % size)
    assert high - low == 256
    assert low == 0 or sum(x >= low for x in sums) >= most
    assert sum(x >= high for x in sums) < most
    some = [place for place, x in enumerate(one) if x > least % 256]
    assert list(lanes.values(lanes.only(total, lanes.marks(some)))) == [
        x if place in some else 0 for place, x in enumerate(sums)
    ]
    assert lanes.places(lanes.marks([size - 1])) == [size - 1]
