"""What staff are told: the newest notices for somebody."""

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.accounts.rules import Person
from portal.desk.queries.queues import is_for
from portal.desk.rules import NOTICES_LIMIT
from portal.foundation.database import db
from portal.foundation.rendering.paging import Page, Place, page_of_rows
from portal.notifications.models import StaffNotice
from portal.questions.models import Question

LIST_SIZE = 50


def notices_for(user: Person, place: Place, *, seen: bool) -> Page[StaffNotice]:
    """One page of the notices for this person, those that are new or those that were seen, the newest first."""
    is_seen = StaffNotice.seen_at.is_not(None) if seen else StaffNotice.seen_at.is_(None)
    return page_of_rows(select(StaffNotice).where(is_for(user), is_seen), place, LIST_SIZE, StaffNotice.id)


def subjects_of(notices: Sequence[StaffNotice]) -> dict[int, str]:
    """What the case of a notice is about, in the customer's words, by the id of the notice; others have none."""
    cases = {row.id: row.subject_id for row in notices if row.subject_type == "question"}
    query = select(Question.id, Question.subject).where(Question.id.in_(set(cases.values())))
    subjects = dict(db.session.execute(query).tuples().all())
    return {notice: subjects[case] for notice, case in cases.items() if case in subjects}


def count_new(user: Person) -> int:
    """How many notices somebody has not seen, for those whose page counts nothing else."""
    rows = select(StaffNotice.id).where(is_for(user), StaffNotice.seen_at.is_(None)).limit(NOTICES_LIMIT)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
