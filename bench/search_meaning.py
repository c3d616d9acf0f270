"""What search by meaning costs: processor time of a query and of an article's vector, memory of a process.

    python -m bench.search_meaning FOLDER

FOLDER is that of the data sets. `make bench-search` prints the same table.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from bench.search_ranker import PortalRanker, document_of, vectors_of
from portal.search import Document
from portal.search.by_meaning import Meaning, open_engine
from portal.search.by_meaning.writing import write_all

PROJECT = Path(__file__).parent.parent
SIZES = (300, 3000)
SAMPLE = 40
COLUMNS = ("articles", "words p50", "words p95", "new p50 ms", "new p95", "again p50", "again p95", "article ms")
# Without the application, of which the model is no part. Two such processes wait for each other, so that what they
# have in common counts half.
PROGRAM = """
import sys
from pathlib import Path
from types import ModuleType
package = ModuleType("portal")
package.__path__ = ["portal"]
sys.modules["portal"] = package
from portal.search import Searcher

def memory():
    rows = [row.split() for row in open("/proc/self/smaps_rollup")]
    return [int(row[1]) / 1024 for row in rows if row[0] in ("Rss:", "Pss:")]

def ask(searcher):
    for text in sys.argv[3:]:
        searcher.search(text, language="de")

def meet():
    print(flush=True)
    input()

plain = Searcher.open(Path(sys.argv[1]))
ask(plain)
meet()
before = memory()
meet()
from portal.search.by_meaning import Meaning
ask(Meaning(Path(sys.argv[2])).heeded(plain))
meet()
print(*(after - was for was, after in zip(before, memory())), flush=True)
input()
"""


def cost_of_meaning(articles: list[dict], queries: list[str]) -> None:
    """Prints a table for some numbers of articles; all times are processor time."""
    print("\n" + "".join(f"{name:>12}" for name in (*COLUMNS, "RSS MB", "PSS MB")))
    vectors = vectors_of([document_of(article) for article in articles])
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            ranker = PortalRanker("de")
            ranker.build(articles[:size], folder)
            ranker.open(folder)
            print("".join(f"{value:12.1f}" for value in _row(ranker, Path(folder), vectors, queries)), flush=True)


def _row(ranker: PortalRanker, folder: Path, vectors: Path, queries: list[str]) -> list[float]:
    documents, plain = ranker.documents, ranker.searcher
    heeding = Meaning(vectors).heeded(plain)
    asked = list(dict.fromkeys(queries))
    values = [float(len(documents))]
    for searcher in (plain, heeding, heeding):
        taken = sorted(_milliseconds(partial(searcher.search, language="de"), asked))
        values += [taken[len(taken) // 2], taken[len(taken) * 95 // 100]]
    return [*values, _article(documents[:SAMPLE]), *_memory([str(folder), str(vectors), *queries[:SAMPLE]])]


def _article(documents: list[Document]) -> float:
    """Milliseconds for the vector of one."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        write_all(documents, Path(folder), open_engine(), fingerprint="")
        return (time.process_time() - begun) * 1000 / len(documents)


def _memory(arguments: list[str]) -> list[float]:
    """Megabytes that a process takes more, resident and with its share of what two have in common."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    pipe = subprocess.PIPE
    both: list[Any] = [subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for _ in range(3):
        for one in both:
            one.stdout.readline()
        for one in both:
            one.stdin.write("\n")
            one.stdin.flush()
    found = [float(value) for value in both[0].stdout.readline().split()]
    for one in both:
        one.communicate("\n")
    return found


def _milliseconds(search: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    found = []
    for text in texts:
        begun = time.process_time()
        search(text)
        found.append((time.process_time() - begun) * 1000)
    return found


def main() -> None:
    """Reads the data and prints the table."""
    place = Path(sys.argv[1]) / "dev" / "insights-de"
    rows = {
        name: [json.loads(line) for line in (place / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in ("articles", "queries")
    }
    cost_of_meaning(rows["articles"], [row["text"] for row in rows["queries"]])


if __name__ == "__main__":
    main()
