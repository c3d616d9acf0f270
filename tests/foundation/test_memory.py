"""Memory that was used once goes back to the machine."""

import subprocess
import sys

import pytest

from portal.foundation import clock
from portal.foundation.process import memory

pytestmark = pytest.mark.once

_PIECES = """
from pathlib import Path
from portal.foundation.process.memory import give_back
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
pieces = [bytearray(60_000) for _ in range(1000)]
for piece in pieces: piece[:] = b"x" * 60_000
pieces = pieces[::2]
before = resident()
give_back()
print(before - resident())
"""


def test_what_lies_free_between_pieces_in_use_goes_back():
    done = subprocess.run([sys.executable, "-c", _PIECES], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 20_000_000


def test_it_goes_back_twice_a_minute_however_often_the_rounds_ask(monkeypatch):
    moments, given = [1000.0], []
    monkeypatch.setattr(clock, "seconds", lambda: moments[-1])
    monkeypatch.setattr(memory, "give_back", lambda: given.append(moments[-1]))
    returns = memory.Returns()
    for moment in (1001.0, 1029.0, 1030.0, 1032.0, 1059.0, 1060.0, 1062.0):
        moments.append(moment)
        returns.look()
    assert given == [1030.0, 1060.0]
