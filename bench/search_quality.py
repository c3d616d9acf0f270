"""Quality and speed of the search: `python -m bench.search_quality [--data FOLDER] [--quick]`.

Quality on the project's own query set (bench/queries.jsonl) and on the data sets of a folder, latency against
SQLite FTS5 on the same articles and queries, times to build and open, size on disk and in memory.
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, cast

import frontmatter

from bench.search_meaning import cost_of_meaning
from bench.search_ranker import PortalRanker, document_of, knows_meaning
from bench.search_yardsticks import YARDSTICKS, Fts5Porter
from portal.search import Document
from portal.search.language.text import words

PROJECT = Path(__file__).parent.parent
DATA = PROJECT.parent / "shared" / "search"
TARGETS = {("de", "queries"): 0.74, ("en", "queries"): 0.76, ("de", "robust"): 0.85, ("en", "robust"): 0.84}
SIZES = (300, 3000, 30000)
WIDTH = 12
BY_MEANING = "portal, meaning"
SPEED_COLUMNS = (
    *("articles", "p50 ms", "p95 ms", "FTS5 p50", "FTS5 p95", "p95 ratio"),
    *("suggest p95", "first/warm", "build s", "open s", "index MB", "RSS MB"),
)


def main() -> None:
    """Prints every table whose data is there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--thesaurus", help="folder of a thesaurus that the portal's search may ask")
    options.add_argument("--quick", action="store_true", help="only the portal, no 30,000 articles")
    chosen = options.parse_args()
    machine = f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    own_queries(PortalRanker)
    if knows_meaning() and not chosen.quick:
        print("\nby meaning", end="")
        own_queries(partial(PortalRanker, by_meaning=True))
    if (chosen.data / "dev").is_dir():
        portal = partial(PortalRanker, thesaurus=chosen.thesaurus) if chosen.thesaurus else PortalRanker
        meaning = {BY_MEANING: partial(portal, by_meaning=True)} if knows_meaning() and not chosen.quick else {}
        quality(chosen.data / "dev", {"portal": portal} | meaning | ({} if chosen.quick else YARDSTICKS))
        for ranker in (portal, *meaning.values()):
            all_words(chosen.data / "dev", ranker)
        if meaning:
            cost_of_meaning(read_rows(chosen.data / "dev" / "insights-de" / "articles.jsonl"), queries_of(chosen.data))
        else:
            print("\nSearch by meaning is left out: --quick, or requirements-meaning.txt is not installed.")
        speed(chosen.data, SIZES[:2] if chosen.quick else SIZES)


def own_queries(ranker: Callable[[str], PortalRanker]) -> None:
    """Success at rank 1 on the project's own articles and queries, by kind."""
    path = PROJECT / "bench" / "queries.jsonl"
    articles = project_articles()
    if not path.exists() or not articles:
        print("\nNo bench/queries.jsonl or no articles yet: own query set left out.")
        return
    queries: dict[str, list[dict]] = defaultdict(list)
    for query in read_rows(path):
        queries[query["language"]].append(query)
    print(f"\n{'own query set':24}{'n':>6}{'first':>8}{'MRR':>8}{'nothing':>9}")
    for language, wanted in sorted(queries.items()):
        with opened(ranker, [one for one in articles if one["lang"] == language]) as (open_ranker, _):
            kinds = defaultdict(list)
            for query in wanted:
                result = ranks(open_ranker.search(query["text"], 10), query["relevant"])
                kinds["all"].append(result)
                kinds[query.get("kind", "")].append(result)
        for kind, results in kinds.items():
            first, reciprocal, nothing = means(results)
            print(f"{language + ' ' + kind:24}{len(results):6}{first:8.3f}{reciprocal:8.3f}{nothing:9.3%}")


def project_articles() -> list[dict]:
    """The published articles below content/faq with ids like de/rechnung/lesen."""
    found = []
    for path in sorted((PROJECT / "content" / "faq").rglob("*.md")):
        article = article_of(path)
        if article and not any(part.startswith(("_", ".")) for part in path.parts[-3:]):
            found.append(article)
    return found


def article_of(path: Path) -> dict | None:
    """An article file as a row of a data set, or None if it is not public."""
    post = frontmatter.load(str(path))
    if post.get("status", "published") != "published":
        return None
    key = str(path.relative_to(PROJECT / "content" / "faq").with_suffix(""))
    title = str(post.get("title", path.stem))
    row = {"id": key, "lang": key.split("/", maxsplit=1)[0], "title": title, "body_markdown": post.content}
    return row | {
        "summary": str(post.get("summary", "")),
        "tags": [str(word) for word in cast(list, post.get("keywords") or [])],
    }


def quality(folder: Path, rankers: dict) -> None:
    """MRR@10 per set and as macro mean per language, share of queries without any result."""
    print(f"\n{'MRR@10, macro':18}{'de words':>10}{'en words':>10}{'de worse':>10}{'en worse':>10}{'nothing':>10}")
    for name, ranker in rankers.items():
        by_set = {place.name: set_quality(place, ranker) for place in sorted(folder.iterdir()) if place.is_dir()}
        row = [macro(by_set, language, what) for language, what in TARGETS]
        nothing = sum(result[2] for one in by_set.values() for result in one.values()) / sum(
            len(one) for one in by_set.values()
        )
        print(f"{name:18}" + "".join(f"{value:10.3f}" for value in row) + f"{nothing:10.2%}", flush=True)
        if name in {"portal", BY_MEANING}:
            print(f"{'target':18}" + "".join(f"{value:10.3f}" for value in TARGETS.values()) + f"{0.003:10.2%}")
            for set_name, one in by_set.items():
                print(
                    f"  {set_name:16}"
                    + "  ".join(f"{what} {value[1]:.3f} (nothing {value[2]:.2%})" for what, value in one.items())
                )


def set_quality(place: Path, ranker: type) -> dict[str, tuple]:
    """Mean first place, reciprocal rank and empty results for the queries and the ones made worse."""
    articles = read_rows(place / "articles.jsonl")
    with opened(ranker, articles) as (open_ranker, _):
        return {
            what: means(
                ranks(open_ranker.search(row["text"], 10), row["relevant"])
                for row in read_rows(place / f"{what}.jsonl")
            )
            for what in ("queries", "robust")
        }


def all_words(folder: Path, ranker: Callable[[str], PortalRanker]) -> None:
    """Of the queries whose words all stand in one article: how many find no such article, at all and on page one."""
    total = missing = later = 0
    for place in sorted(one for one in folder.iterdir() if one.is_dir()):
        articles = read_rows(place / "articles.jsonl")
        language = articles[0]["lang"]
        having = [(document.key, words_of(document)) for document in map(document_of, articles)]
        with opened(ranker, articles) as (open_ranker, _):
            for query in read_rows(place / "queries.jsonl"):
                typed = set(words(query["text"], language))
                whole = {key for key, there in having if typed and typed <= there}
                if whole:
                    found = open_ranker.search(query["text"], len(articles))
                    total, missing = total + 1, missing + whole.isdisjoint(found)
                    later += whole.isdisjoint(found[:10])
    print(f"\nall words in one article: {total} queries, {missing} missed, {later} not among the first ten")


def words_of(document: Document) -> set[str]:
    """Every folded word of an article."""
    text = (document.title, document.summary, document.body, *document.keywords)
    return set(words(" ".join(text), document.language))


def macro(by_set: dict, language: str, what: str) -> float:
    """Mean over the sets of a language."""
    values = [one[what][1] for name, one in by_set.items() if name.endswith(language)]
    return sum(values) / max(1, len(values))


def speed(data: Path, sizes: Iterable[int]) -> None:
    """Latency in milliseconds against FTS5 porter, build and open seconds, megabytes."""
    articles = read_rows(data / "dev" / "insights-de" / "articles.jsonl")
    queries = queries_of(data)
    more = read_rows(data / "sections-de.jsonl.gz")
    print("\n" + "".join(f"{name:>{WIDTH}}" for name in SPEED_COLUMNS))
    for size in sizes:
        print(speed_row((articles + more)[:size], queries), flush=True)


def queries_of(data: Path) -> list[str]:
    """What is asked when speed is measured."""
    places = [data / "dev" / "insights-de" / f"{what}.jsonl" for what in ("queries", "robust")]
    return [row["text"] for place in places for row in read_rows(place)]


def speed_row(articles: list[dict], queries: list[str]) -> str:
    """One line of the table of speed."""
    with opened(PortalRanker, articles) as (portal, facts), opened(Fts5Porter, articles) as (fts5, _):
        first = milliseconds(lambda text: portal.search(text, 10), queries[:1])[0]
        ours, theirs = alternating(portal, fts5, queries)
        typed = [text[:length] for text in queries[:100] for length in (3, 6, 9)]
        suggestions = milliseconds(lambda text: portal.searcher.suggest(text, language="de"), typed)
        values = [percentile(ours, 50), percentile(ours, 95), percentile(theirs, 50), percentile(theirs, 95)]
        values += [values[1] / values[3], percentile(suggestions, 95), first / values[0]]
        values += [facts[name] for name in ("build", "open", "size", "memory")]
        return f"{len(articles):>{WIDTH}}" + "".join(f"{value:{WIDTH}.2f}" for value in values)


def alternating(portal: PortalRanker, fts5: Fts5Porter, queries: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of both for the same queries; in turns, so that a busy machine is unfair to neither."""
    ours, theirs = [], []
    for text in queries[:20] + queries:
        ours += milliseconds(lambda one: portal.search(one, 10), [text])
        theirs += milliseconds(lambda one: fts5.search(one, 10), [text])
    return ours[20:], theirs[20:]


class opened:
    """A ranker with its index in a folder that goes away, and what building and opening took."""

    def __init__(self, ranker: Callable[[str], Any], articles: list[dict]) -> None:
        self._ranker, self._articles = ranker, articles

    def __enter__(self) -> tuple:
        self._folder = tempfile.TemporaryDirectory()
        ranker = self._ranker(self._articles[0]["lang"])
        start = time.perf_counter()
        ranker.build(self._articles, self._folder.name)
        built = time.perf_counter()
        memory = memory_of_opening(self._folder.name) if self._ranker is PortalRanker else 0.0
        before = time.perf_counter()
        ranker.open(self._folder.name)
        size = sum(path.stat().st_size for path in Path(self._folder.name).rglob("*") if path.is_file()) / 1e6
        return ranker, {"build": built - start, "open": time.perf_counter() - before, "size": size, "memory": memory}

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def memory_of_opening(folder: str) -> float:
    """Megabytes that opening the index adds to a fresh process."""
    program = (
        "import sys; from pathlib import Path; from portal.search import Searcher\n"
        "def rss(): return int(next(l for l in open('/proc/self/status') if l.startswith('VmRSS')).split()[1]) / 1024\n"
        "before = rss(); searcher = Searcher.open(Path(sys.argv[1])); print(rss() - before)"
    )
    if not Path("/proc/self/status").exists():
        return 0.0
    run = subprocess.run(
        [sys.executable, "-c", program, folder], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    return float(run.stdout)


def milliseconds(search: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """Wall clock of each call."""
    found = []
    for text in texts:
        start = time.perf_counter()
        search(text)
        found.append((time.perf_counter() - start) * 1000)
    return found


def ranks(found: list[str], relevant: list[str]) -> tuple[float, float, float]:
    """Right at first place, reciprocal rank in the first ten, and nothing found (1 or 0)."""
    best = next((1 / place for place, key in enumerate(found[:10], 1) if key in relevant), 0.0)
    return float(best == 1.0), best, float(not found)


def means(results: Iterable[tuple]) -> tuple:
    """Column means."""
    columns = list(zip(*results, strict=True))
    return tuple(sum(column) / len(column) for column in columns)


def percentile(values: list[float], share: int) -> float:
    """The value below which this share (in per cent) of the values lies."""
    return sorted(values)[min(len(values) - 1, share * len(values) // 100)]


def read_rows(path: Path) -> list[dict]:
    """The rows of a JSON lines file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


if __name__ == "__main__":
    main()
