"""Counts answers and how long they took, for all that a web process answers, files and finished pages included."""

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import Counter, Histogram

from portal.foundation import clock

_ANSWERS = Counter("portal_answers", "Answers by the first digit of their status.", ["status"])
_BY_DIGIT = {digit: _ANSWERS.labels(f"{digit}xx") for digit in "12345"}
_SECONDS = Histogram(
    "portal_answer_seconds", "Until an answer begins to leave.", buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10)
)
_DIED = Counter("portal_web_processes_died", "Web processes that were killed or have crashed.")

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Measured:
    """Stands in front of the whole application."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer, and count the answer."""
        begun = clock.seconds()

        def started(status: str, *rest: Any) -> Any:
            _BY_DIGIT[status[0]].inc()
            return start(status, *rest)

        answer = self._app(environ, started)
        _SECONDS.observe(clock.seconds() - begun)
        return answer


def answered() -> tuple[int, int]:
    """How many answers this process has given, and how many of them were errors of ours."""
    samples = [each for metric in _ANSWERS.collect() for each in metric.samples if each.name.endswith("_total")]
    counts = {each.labels["status"]: int(each.value) for each in samples}
    return sum(counts.values()), counts.get("5xx", 0)


def note_death() -> None:
    """Count a web process that was killed or has crashed."""
    _DIED.inc()
