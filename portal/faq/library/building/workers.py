"""Reads many files in child processes: slow, greedy or crashing files end as a fault, never as a dead builder."""

import ctypes
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType

from portal.faq.library.faults import Fault
from portal.faq.library.texts.reading import Reading
from portal.foundation import clock

MAX_SECONDS = 5.0
GRACE_SECONDS = 3.0  # after this the worker itself is ended: it did not hear the alarm
MAX_MEMORY = 2_000_000_000
SET_PARENT_DEATH_SIGNAL = 1
Work = Callable[[str], Reading]


class TooSlow(Exception):
    """The time for one file is over."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    file: str = ""
    since: float = field(default_factory=clock.seconds)


def read_all(files: Iterable[str], work: Work, *, seconds: float = MAX_SECONDS) -> Iterator[Reading]:
    """The readings of all files, in any order; every file gets an answer."""
    waiting = list(files)[::-1]
    count = min(len(waiting), os.cpu_count() or 1)
    workers = [_start(work, seconds) for _ in range(count)]
    try:
        for worker in workers:
            _give(worker, waiting)
        while busy := [worker for worker in workers if worker.file]:
            wait([worker.pipe for worker in busy], timeout=0.5)
            for worker in busy:
                yield from _answer(worker, workers, waiting, work, seconds)
    finally:
        for worker in workers:
            _end(worker)


def _answer(worker: _Worker, workers: list[_Worker], waiting: list[str], work: Work, seconds: float) -> list[Reading]:
    """What a busy worker has to say: its reading, a fault when it died or hangs, nothing while it works."""
    if worker.pipe.poll():
        try:
            reading = worker.pipe.recv()
            _give(worker, waiting)
            return [reading]
        except (EOFError, OSError):
            problem = "Reading the file ended the reader."
    elif clock.seconds() - worker.since > seconds + GRACE_SECONDS:
        problem = f"Reading the file takes longer than {seconds:g} seconds."
    else:
        return []
    fault = _fault(worker.file, problem)
    _end(worker)
    workers[workers.index(worker)] = fresh = _start(work, seconds)
    _give(fresh, waiting)
    return [fault]


def _fault(file: str, problem: str) -> Reading:
    return Reading(file, None, (Fault(file, 0, problem, "Make the text simpler or split it."),))


def _give(worker: _Worker, waiting: list[str]) -> None:
    worker.file = waiting.pop() if waiting else ""
    worker.since = clock.seconds()
    if worker.file:
        worker.pipe.send(worker.file)


def _start(work: Work, seconds: float) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(theirs, ours, work, seconds), daemon=True
    )
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def _serve(pipe: Connection, other_end: Connection, work: Work, seconds: float) -> None:
    """The life of a worker: one file after the other, each with its own share of processor time.

    A busy machine is no reason to leave an article out; one that hangs without working is ended by `_answer`.
    """
    other_end.close()
    _die_with_parent()
    signal.signal(signal.SIGPROF, _ring)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    while True:
        try:
            file = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_guarded(file, work, seconds))


def _die_with_parent() -> None:
    """A killed builder must not leave workers behind: they would hold its lock."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _guarded(file: str, work: Work, seconds: float) -> Reading:
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            return work(file)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except TooSlow:
        return _fault(file, f"Reading the file takes longer than {seconds:g} seconds.")
    except MemoryError:
        return _fault(file, "Reading the file takes too much memory.")
    except Exception as error:  # A file of an editor must never end the builder, whatever is in it.
        return _fault(file, f"The file cannot be read ({type(error).__name__}: {str(error)[:200]}).")


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow
