"""Impact lists: what each stem is worth in each document, read once from Whoosh's postings (BM25F)."""

from array import array
from collections.abc import Iterable
from itertools import pairwise
from math import log

from portal.search.index.whoosh_index import FIELDS, WhooshIndex
from portal.search.model import FULL

# A word of the title says as much as five of the text; keywords are chosen words, but many.
FIELD_WEIGHTS = {"title": 5.0, "summary": 2.0, "headings": 2.0, "keywords": 3.0, "body": 1.0}
LENGTH_SHARE = {"title": 0.3, "summary": 0.5, "headings": 0.5, "keywords": 0.3, "body": 0.7}
SATURATION = 1.5


def impact_tables(index: WhooshIndex, stems: list[str]) -> dict:
    """Documents and impacts (1 to 255) of every stem, one after the other."""
    factors = {field: _length_factors(index.lengths(field), field) for field in FIELDS}
    lexicons = {field: index.lexicon(field) for field in FIELDS}
    documents, impacts = array("H" if index.size() < 1 << 16 else "I"), bytearray()
    starts = array("I", [0])
    for stem in stems:
        weights: dict[int, float] = {}
        for field in FIELDS:
            if stem in lexicons[field]:
                _add_field(weights, index.postings(field, stem), factors[field])
        for number in sorted(weights):
            documents.append(number)
            impacts.append(max(1, round(FULL * weights[number] / (weights[number] + SATURATION))))
        starts.append(len(documents))
    return {"documents": documents, "impacts": bytes(impacts), "starts": starts}


def weight_tables(tables: dict, size: int) -> dict:
    """Rarity of each stem (BM25's idf), and the sum of the rarities in each title."""
    starts = tables["starts"]
    frequencies = [end - start for start, end in pairwise(starts)]
    rarities = array("f", (log(1 + (size - count + 0.5) / (count + 0.5)) for count in frequencies))
    titles = pairwise(tables["title_starts"])
    sums = (sum(rarities[stem] for stem in set(tables["title_stems"][start:end])) for start, end in titles)
    return {"rarities": rarities, "title_weights": array("f", sums)}


def _add_field(weights: dict[int, float], postings: Iterable[tuple[int, float]], factors: list[float]) -> None:
    for number, frequency in postings:
        weights[number] = weights.get(number, 0.0) + frequency * factors[number]


def _length_factors(lengths: list[int], field: str) -> list[float]:
    """Field weight divided by BM25's length norm, per document."""
    average = (sum(lengths) / max(1, sum(1 for length in lengths if length))) or 1.0
    share, weight = LENGTH_SHARE[field], FIELD_WEIGHTS[field]
    return [weight / (1 - share + share * length / average) for length in lengths]
