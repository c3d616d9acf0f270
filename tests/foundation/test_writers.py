"""Who writes to one SQLite file stands in line with other processes: whoever waits is let in, or goes on in time."""

import fcntl
import threading
from contextlib import contextmanager

from portal.foundation.sql.writers import WriterLine


@contextmanager
def another_process(path):
    """Whoever has opened the file anew is somebody else to the system."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def is_free(path) -> bool:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_whoever_waits_for_another_process_is_let_in_when_it_is_done(tmp_path):
    path, begun, entered, may_end = tmp_path / "line", threading.Event(), threading.Event(), threading.Event()
    line = WriterLine(path)

    def write():
        begun.set()
        with line.turn(60):
            entered.set()
            assert may_end.wait(60)

    writer = threading.Thread(target=write)
    with another_process(path):
        writer.start()
        assert begun.wait(60) and not entered.wait(0.05)
    assert entered.wait(60) and not is_free(path)
    may_end.set()
    writer.join(60)
    assert is_free(path)
    with line.turn(60):
        assert not is_free(path)


def test_whoever_has_waited_long_enough_goes_on_and_keeps_nothing_that_comes_later(tmp_path):
    path = tmp_path / "line"
    line = WriterLine(path)
    with another_process(path):
        for _ in range(2):
            with line.turn(0.01):
                pass
    freed = threading.Event()
    for _ in range(2000):
        if is_free(path):
            break
        freed.wait(0.005)
    else:
        raise AssertionError("nobody gave back what came too late")
    with line.turn(60):
        assert not is_free(path)
