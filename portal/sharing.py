"""How the web processes of one machine share the connections: whoever has fewer goes first.

All of them wait at one socket, and the system wakes them all when somebody connects. Without a rule the one that is
just awake takes several at once; connections stay open, so it keeps them, and one process answers while another idles.
"""

import mmap
import select
import time
from typing import Any

# Whoever has more looks again after each nap whether somebody with fewer has come to the door.
_NAP_SECONDS, _NAPS = 0.0005, 10
_PLACES = 256
_EMPTY, _TOP = 0, 255


class Shares:
    """How many connections each process has; made before the first fork, seen by all."""

    def __init__(self) -> None:
        # One byte each, so that nobody ever reads half a number: 0 is no process, else one more than its connections.
        self._places = mmap.mmap(-1, _PLACES)

    def note(self, place: int, connections: int) -> None:
        """Write down how many there are at that place (any number, such as the age of a process)."""
        self._places[place % _PLACES] = min(connections + 1, _TOP)

    def leave(self, place: int) -> None:
        """Whoever had this place takes nobody any more."""
        self._places[place % _PLACES] = _EMPTY

    def has_more(self, place: int) -> bool:
        """Whether another process that takes connections has fewer."""
        mine = self._places[place % _PLACES]
        return any(_EMPTY < each < mine for each in self._places[:])

    def let_others_go_first(self, place: int, listener: Any) -> None:
        """Wait until nobody has fewer or somebody has taken whoever is at the door; five milliseconds at most."""
        for _ in range(_NAPS):
            if not self.has_more(place) or not select.select([listener], [], [], 0)[0]:
                return
            time.sleep(_NAP_SECONDS)


# gunicorn reads its settings again for a reload; those of then share with those of now.
shares = Shares()
