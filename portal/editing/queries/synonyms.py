"""Pairs for the synonym file: words that found nothing, and the article whose readers used them to ask."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from portal.editing.queries.askers import MOST_READ
from portal.faq.gaps import Gap, stems_of
from portal.faq.measures import kept_since
from portal.faq.models import ArticleOrigin
from portal.faq.queries import library
from portal.foundation.database import db
from portal.questions.models import Question

_MOST_PAIRS = 10


@dataclass(frozen=True)
class Pair:
    """Words that are missing, and the title of the article that answered those who used them, `count` times."""

    language: str
    words: str
    title: str
    number: int
    count: int


def suggested_pairs(today: date, found: Iterable[Gap]) -> Sequence[Pair]:
    """What may belong into the synonyms or keywords: an article came from a question after words of these gaps."""
    gaps = {(gap.language, gap.stems): gap.title for gap in found}
    counted: Counter[tuple[str, str, int]] = Counter()
    for row in db.session.execute(_answered(kept_since(today))):
        key = (row.language, stems_of(row.searched_words, row.language))
        if key in gaps:
            counted[*key, row.article_number] += 1
    titles = {(each.number, each.language): each.title for each in library().articles.values()}
    return [
        Pair(spoken, gaps[spoken, stems], titles[number, spoken], number, count)
        for (spoken, stems, number), count in counted.most_common(_MOST_PAIRS)
        if (number, spoken) in titles
    ]


def _answered(since: date) -> Any:
    rows = select(Question.language, Question.searched_words, ArticleOrigin.article_number).join(
        ArticleOrigin, ArticleOrigin.question_id == Question.id
    )
    moment = datetime.combine(since, time(), UTC)
    return rows.where(Question.searched_words != "", Question.created_at >= moment).limit(MOST_READ)
