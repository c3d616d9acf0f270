"""A number for each article, all in one large number: sums and comparisons over every article are a few steps of it.

Each article has a lane of sixteen bits (SIMD within a register, SWAR). Sums stay below the highest bit of a lane, which
comparisons need; nothing ever runs over into the next lane.
"""

import re
import sys
from array import array
from typing import Final

WIDTH = 2
ORDER: Final = "little"
# What a sum of weights over one query may be: so much times 255 stays below the highest bit of a lane.
MOST_WEIGHT = 127
_PARTS, _SHIFT = 128, 7
_SET = re.compile(b"\x80")
_BYTES = bytes(range(256))


class Lanes:
    """Arithmetic for so many articles."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._ones = int.from_bytes(b"\x01\x00" * size, ORDER)
        self._full, self._above, self._top = self._ones * 255, self._ones << 8, self._ones << 15

    def of(self, worth: bytes | bytearray) -> int:
        """A number from one byte for each article."""
        wide = bytearray(WIDTH * self._size)
        wide[::WIDTH] = worth
        return int.from_bytes(wide, ORDER)

    def scaled(self, lanes: int, value: float) -> int:
        """Each lane times a value from 0 to 1, rounded; lanes hold at most 255."""
        factor = round(_PARTS * value)
        return (lanes * factor + self._ones * (_PARTS // 2)) >> _SHIFT & self._full

    def larger(self, one: int, other: int) -> int:
        """The larger of two in each lane; lanes hold at most 255."""
        is_larger = ((one | self._above) - other) & self._above
        return other ^ ((one ^ other) & (is_larger - (is_larger >> 8)))

    def smaller(self, one: int, other: int) -> int:
        """The smaller of two in each lane; lanes hold at most 255."""
        return one ^ other ^ self.larger(one, other)

    def impacts(self, lanes: int) -> bytes:
        """The lanes one by one where they hold at most 255."""
        return lanes.to_bytes(WIDTH * self._size, ORDER)[::WIDTH]

    def at_least(self, lanes: int, value: int) -> int:
        """The highest bit of each lane that holds at least this value."""
        return ((lanes | self._top) - self._ones * value) & self._top

    def values(self, lanes: int) -> array:
        """The lanes one by one."""
        found = array("H")
        found.frombytes(lanes.to_bytes(WIDTH * self._size, ORDER))
        if sys.byteorder != ORDER:
            found.byteswap()
        return found

    def highest(self, values: array) -> int:
        """The largest of these values."""
        block = values.tobytes()
        low, high = (block[::WIDTH], block[1::WIDTH]) if sys.byteorder == ORDER else (block[1::WIDTH], block[::WIDTH])
        # Looked for by its upper half first, because max() takes far longer over every article.
        upper = next((byte for byte in range(MOST_WEIGHT, 0, -1) if byte in high), 0)
        lowers = [low[found.start()] for found in re.finditer(re.escape(bytes([upper])), high)] if upper else low
        return upper << 8 | max(lowers, default=0)

    def reached_by(self, lanes: int, most: int) -> tuple[int, int]:
        """Two values not far apart: so many lanes reach the lower one, if any do, and fewer the upper one."""
        high = lanes.to_bytes(WIDTH * self._size, ORDER)[1::WIDTH]
        low, top = 0, MOST_WEIGHT + 1
        while top - low > 1:
            middle = (low + top) // 2
            reaching = high.translate(None, _BYTES[:middle])
            if len(reaching) >= most:
                low, high = middle, reaching
            else:
                top = middle
        return low << 8, top << 8

    def places(self, bits: int) -> list[int]:
        """The lanes whose highest bit is set, in their order."""
        block = bits.to_bytes(WIDTH * self._size, ORDER)
        return [found.start() // WIDTH for found in _SET.finditer(block)]

    def only(self, lanes: int, bits: int) -> int:
        """The lanes whose highest bit is set here; the others hold nothing."""
        return lanes & (bits - (bits >> 15))

    def marks(self, places: list[int]) -> int:
        """The highest bit of these lanes."""
        wide = bytearray(WIDTH * self._size)
        for place in places:
            wide[WIDTH * place + 1] = 0x80
        return int.from_bytes(wide, ORDER)
