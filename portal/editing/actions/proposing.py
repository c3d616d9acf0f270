"""Agents propose articles, editors decide: a proposal becomes an article, or is declined."""

from dataclasses import dataclass
from datetime import datetime

from portal.editing.models import ArticleProposal
from portal.foundation.database import db, transaction
from portal.journal.actions import record
from portal.journal.rules import Actor


@dataclass(frozen=True)
class Draft:
    """What somebody proposes."""

    language: str
    title: str
    body: str
    keywords: str = ""
    remark: str = ""


def propose(draft: Draft, question_id: int, *, by: Actor, now: datetime) -> ArticleProposal:
    """Keep a draft made of an answer; editors find it among the proposals."""
    proposal = ArticleProposal(
        question_id=question_id,
        language=draft.language,
        title=draft.title,
        keywords=draft.keywords,
        body=draft.body,
        remark=draft.remark,
        user_id=by.id,
        author_name=by.name,
        created_at=now,
        decided_by="",
    )
    with transaction():
        db.session.add(proposal)
        db.session.flush()
        record("question.proposed_article", "question", question_id, by=by, at=now, proposal=proposal.id)
    return proposal


def decide(proposal_id: int, *, by: Actor, now: datetime, article_number: int | None = None) -> bool:
    """The first decision counts: it became that article, or (without a number) it was declined."""
    with transaction():
        proposal = db.session.get(ArticleProposal, proposal_id, with_for_update=True)
        if proposal is None or proposal.decided_at is not None:
            return False
        proposal.decided_at, proposal.decided_by, proposal.article_number = now, by.name, article_number
        verb = "proposal.declined" if article_number is None else "proposal.used"
        record(verb, "proposal", proposal.id, by=by, at=now, article=article_number)
    return True
