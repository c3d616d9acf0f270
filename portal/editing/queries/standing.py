"""What readers and colleagues did with every article: sums by its number, and by language where votes have one."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import case, func, literal, select, union_all

from portal.desk.models import ArticleFlag, InsertedArticle
from portal.editing.rules import Standing
from portal.faq.measures import kept_since
from portal.faq.models import ArticleCount, ArticleFeedback, StepCount
from portal.foundation.database import db
from portal.questions.models import Question

REMARKS_LIMIT = 100


def standings(today: date, *, number: int | None = None) -> Mapping[tuple[int, str], Standing]:
    """By article number and language; one statement, whatever the number of articles; `number` for only one."""
    found: dict[tuple[int, str], Standing] = defaultdict(Standing)
    for key, values in _all(kept_since(today), number):
        found[key] = replace(found[key], **values)
    return found


def remarks_of(number: int, language: str) -> Sequence[ArticleFeedback]:
    """The newest votes with a reason or a remark."""
    said = (ArticleFeedback.remark != "") | ArticleFeedback.reason.is_not(None)
    rows = select(ArticleFeedback).filter_by(article_number=number, language=language, is_helpful=False).where(said)
    return db.session.scalars(rows.order_by(ArticleFeedback.changed_at.desc()).limit(REMARKS_LIMIT)).all()


def flags_of(number: int, language: str) -> Sequence[tuple[ArticleFlag, str]]:
    """What colleagues said of it, each with its case's number: what is open first, then the newest."""
    rows = select(ArticleFlag, Question.number).join(Question, Question.id == ArticleFlag.question_id)
    rows = rows.where(ArticleFlag.article_number == number, ArticleFlag.language == language)
    order = ArticleFlag.settled_at.is_not(None), ArticleFlag.id.desc()
    return [(flag, case) for flag, case in db.session.execute(rows.order_by(*order).limit(REMARKS_LIMIT))]


def flags_of_gone(present: Container[tuple[int, str]]) -> Sequence[tuple[ArticleFlag, str]]:
    """What nobody has seen to yet of articles that are not present, each with its case's number, the newest first."""
    rows = select(ArticleFlag, Question.number).join(Question, Question.id == ArticleFlag.question_id)
    rows = rows.where(ArticleFlag.settled_at.is_(None)).order_by(ArticleFlag.id.desc())
    found = [(flag, case) for flag, case in db.session.execute(rows)]
    return [(flag, case) for flag, case in found if (flag.article_number, flag.language) not in present]


def reasons_of(number: int, language: str) -> Mapping[str, int]:
    """How often each reason was given."""
    rows = select(ArticleFeedback.reason, func.count()).filter_by(
        article_number=number, language=language, is_helpful=False
    )
    return {reason or "": count for reason, count in db.session.execute(rows.group_by(ArticleFeedback.reason))}


def steps_of_readers(number: int, language: str, today: date) -> Mapping[int, tuple[int, int]]:
    """For each step at which anybody was: how often stuck, and how many then asked."""
    rows = select(StepCount.step, func.sum(StepCount.stuck), func.sum(StepCount.asked)).where(
        StepCount.article_number == number, StepCount.language == language, StepCount.day >= kept_since(today)
    )
    found = db.session.execute(rows.group_by(StepCount.step).order_by(StepCount.step))
    return {step: (int(stuck or 0), int(asked or 0)) for step, stuck, asked in found}


def _all(since: date, number: int | None) -> list[tuple[tuple[int, str], dict[str, int]]]:
    """Every sum as the key of its article and the values that it adds."""
    sums = _sums(since)
    most = max(len(names) for _rows, names in sums)
    parts = []
    for which, (rows, names) in enumerate(sums):
        part = (rows if number is None else rows.where(rows.selected_columns[0] == number)).subquery()
        values = [*(part.c[name] for name in names), *(literal(0) for _ in range(most - len(names)))]
        parts.append(select(literal(which), part.c.article_number, part.c.language, *values))
    return [
        ((article, language), {name: int(value or 0) for name, value in zip(sums[which][1], values, strict=False)})
        for which, article, language, *values in db.session.execute(union_all(*parts))
    ]


def _sums(since: date) -> list[tuple[Any, tuple[str, ...]]]:
    moment = datetime.combine(since, time(), UTC)
    feedback, counts, steps = ArticleFeedback, ArticleCount, StepCount
    of_question = (Question.article_number.label("article_number"), Question.language.label("language"))
    votes = select(
        feedback.article_number,
        feedback.language,
        func.sum(case((feedback.is_helpful, 1), else_=0)).label("helped"),
        func.sum(case((feedback.is_helpful, 0), else_=1)).label("not_helped"),
        func.sum(case((feedback.remark != "", 1), else_=0)).label("remarks"),
    ).group_by(feedback.article_number, feedback.language)
    asked = select(*of_question, func.count().label("asked")).where(
        Question.article_number.is_not(None), Question.created_at >= moment
    )
    stuck = select(steps.article_number, steps.language, func.sum(steps.stuck).label("stuck")).where(steps.day >= since)
    opened = select(counts.article_number, counts.language, func.sum(counts.clicks).label("opened"))
    inserted = (
        select(InsertedArticle.article_number, Question.language, func.count().label("inserted"))
        .join(Question, Question.id == InsertedArticle.question_id)
        .where(InsertedArticle.created_at >= moment)
    )
    flagged = select(ArticleFlag.article_number, ArticleFlag.language, func.count().label("flagged")).where(
        ArticleFlag.settled_at.is_(None)
    )
    return [
        (votes, ("helped", "not_helped", "remarks")),
        (asked.group_by(Question.article_number, Question.language), ("asked",)),
        (stuck.group_by(steps.article_number, steps.language), ("stuck",)),
        (opened.where(counts.day >= since).group_by(counts.article_number, counts.language), ("opened",)),
        (inserted.group_by(InsertedArticle.article_number, Question.language), ("inserted",)),
        (flagged.group_by(ArticleFlag.article_number, ArticleFlag.language), ("flagged",)),
    ]
