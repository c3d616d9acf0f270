"""The clock of the machine jumps while the portal runs: nothing is removed too early, and asking goes on (DR-14)."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.foundation.config import CONFIG
from tests.faults.household import Household, household
from tests.faults.invariants import broken
from tests.journeys.conftest import eventually

pytestmark = [pytest.mark.long_fault, pytest.mark.once]
HOUR = 3600
# Stands in front of the C library: the clock that people read is ahead by what a file says, all others are true.
AHEAD = r"""
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t which, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, which, now);
  if (!failed && which == CLOCK_REALTIME && getenv("CLOCK_AHEAD")) {
    char words[32] = {0};
    int file = open(getenv("CLOCK_AHEAD"), O_RDONLY);
    if (file >= 0) {
      if (read(file, words, 31) > 0) now->tv_sec += atol(words);
      close(file);
    }
  }
  return failed;
}
"""


@pytest.fixture
def own(app, tmp_path) -> Iterator[tuple[Household, Path]]:
    """A portal whose clock is ahead by as many seconds as a file says."""
    if not shutil.which("gcc"):
        pytest.skip("not injected: there is no gcc here to build a clock that jumps")
    (tmp_path / "ahead.c").write_text(AHEAD)
    library, said = tmp_path / "ahead.so", tmp_path / "clock"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, tmp_path / "ahead.c"], check=True)
    said.write_text("0\n")
    config, told = CONFIG.of(app), {"LD_PRELOAD": str(library), "CLOCK_AHEAD": str(said)}
    with household(config, config.database_url, tmp_path / "log", **told) as made:
        yield made, said


def test_the_clock_jumps_and_comes_back(own, ledger, seen):
    house, said = own
    house.recovers(ledger)
    for jump, name in ((3 * HOUR, "3 h ahead"), (-3 * HOUR, "3 h back"), (40 * 24 * HOUR, "40 days ahead")):
        alarms = house.words.count("the clock jumped")
        said.write_text(f"{jump}\n")
        assert eventually(lambda before=alarms: house.words.count("the clock jumped") > before, seconds=60), name
        # A form that was opened before is shown once more, filled in; whoever opens one now sends it at once.
        who = house.asker(ledger, anew=True)
        for _ in range(3):
            who.until_acknowledged(who.begins(with_file=True))
        time.sleep(3)
        said.write_text("0\n")
        house.asker(ledger, anew=True)
        took = house.recovers(ledger)
        assert broken(house, ledger) == [], name
        seen(f"clock {name}, and right again", "asking goes on, an alarm rings, nothing is removed", recovered=took)
