"""Somebody who sees at a case that an article is wrong says so to the editors, in a sentence of their own."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.rules import Action, Role, role_may
from portal.desk.models import ArticleFlag
from portal.desk.notices import tell_article_flagged, tell_flag_settled
from portal.desk.rules import FlagKind
from portal.faq.queries import edition, library
from portal.faq.rules import Entry
from portal.faq.search import entries_by_title
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.security import read_id
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.models import Question
from portal.questions.queries import locked_question
from portal.questions.thread.articles import numbers_in

_MOST_NAMED = 3


class NoSuchArticle(PortalError):
    """What was typed names no article, or several."""

    status = 422


def article_named(typed: str, language: str) -> Entry:
    """The article of that number, short address or title in a language; NoSuchArticle says which ones may be meant."""
    if not library().is_ready:
        raise NoSuchArticle(_("The articles are not ready yet. Please try again in a moment."))
    words = typed.strip()
    number = read_id(words)
    numbers = numbers_in(words) if number is None else [number]
    if numbers:
        found = [entry for each in numbers if (entry := edition(language).by_number(each))]
    else:
        found = entries_by_title(words, limit=_MOST_NAMED, language=language, is_literal=True) if words else []
        found = [each for each in found if each.title.casefold() == words.casefold()] or found
    if not found:
        raise NoSuchArticle(_("No article is called so. Please write its title or its number."))
    if len(found) > 1:
        named = "; ".join(f"{each.number} {each.title}" for each in found)
        raise NoSuchArticle(_("Several articles fit; please write the number of one: %(articles)s", articles=named))
    return found[0]


def flag_article(question_id: int, entry: Entry, kind: FlagKind, sentence: str, *, by: Actor, now: datetime) -> None:
    """Tell the editors; the same said again by the same person at this case changes nothing while it is not settled."""
    article = entry.article
    with transaction():
        question = locked_question(question_id)
        said = {"article_number": article.number, "language": article.language, "kind": kind.value}
        same = select(ArticleFlag.id).filter_by(**said, question_id=question.id, user_id=by.id, sentence=sentence)
        if db.session.scalar(same.where(ArticleFlag.settled_at.is_(None)).limit(1)) is not None:
            return
        flag = ArticleFlag(
            **said, sentence=sentence, question_id=question.id, user_id=by.id, author_name=by.name, created_at=now
        )
        db.session.add(flag)
        db.session.flush()
        record("question.flagged_article", "question", question.id, by=by, at=now, title=article.title)
        user_id, role = _keeper_of(article.owner)
        tell_article_flagged(flag, article.title, now=now, user_id=user_id, role=role)


def settle_flag(flag_id: int, *, by: Actor, now: datetime) -> None:
    """An editor has seen to it; whoever said it is told once, unless it was the same person."""
    with transaction():
        flag = db.session.get(ArticleFlag, flag_id, with_for_update=True, populate_existing=True)
        if flag is None or flag.settled_at is not None:
            return
        flag.settled_at, flag.settled_by = now, by.name
        question = db.session.get_one(Question, flag.question_id)
        if flag.user_id is not None and flag.user_id != by.id:
            tell_flag_settled(flag, question, now=now)


def _keeper_of(owner: str) -> tuple[int | None, str]:
    """Who is told: the person whom the article names as its owner, by name or address, else whoever edits."""
    rows = select(User).where(User.disabled_at.is_(None), User.role != Role.CUSTOMER.value)
    if owner.strip():
        named = func.lower(User.name) == owner.strip().lower(), User.email == owner.strip().lower()
        found = db.session.scalar(rows.where(named[0] | named[1]).order_by(User.id).limit(1))
        if found is not None and role_may(found.role, Action.EDIT):
            return found.id, ""
    has_editor = db.session.scalar(rows.where(User.role == Role.EDITOR.value).limit(1)) is not None
    return None, (Role.EDITOR if has_editor else Role.LEAD).value
