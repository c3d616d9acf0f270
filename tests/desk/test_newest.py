"""The newest cases with a word, wherever it stands and however long ago that was; on both databases alike."""

import random

import pytest
from sqlalchemy import insert, select

from portal.desk.models import Note
from portal.desk.rules import PAGE_SIZE
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.questions.models import Message, Question
from tests.cast import CLARA, signed_in
from tests.desk.test_queues import subjects
from tests.questions.people import ask

# Far apart and close together: what is looked at first reaches some hundred rows back, then as far as it has to.
OLD, NEW = range(100, 1_197_000), range(1_197_000, 1_200_000)
OF_EACH = 45
WORD = "Zauberwort"


@pytest.fixture
def staff(app):
    """Clara at the desk, once on each database."""
    return signed_in(app, CLARA)


@pytest.mark.parametrize(
    "shares",
    [
        {"message": 0.6, "note": 0.3, "subject": 0.3},
        {"message": 0.6, "note": 0.02, "subject": 0.05},
        {"message": 0.05, "note": 0.3, "subject": 0.3},
        {"message": 0.0, "note": 0.1, "subject": 0.1},
    ],
)
def test_the_first_page_of_a_search_has_the_newest_cases_wherever_the_word_stands(app, staff, shares):
    chance = random.Random(4)
    numbers = sorted([*chance.sample(OLD, OF_EACH), *chance.sample(NEW, OF_EACH)])
    holders = {number: {kind for kind, share in shares.items() if chance.random() < share} for number in numbers}
    fill_in(app, holders, note={"user_id": staff.user_id, "author_name": "Clara", "kind": "note", "body": WORD})
    found = [subject_of(number, holders[number]) for number in reversed(numbers) if holders[number]]
    assert subjects(staff.opens(f"/desk/search?q={WORD}")) == found[:PAGE_SIZE]
    assert subjects(staff.opens(f"/desk/queues/all?text={WORD}&language=de")) == found[:PAGE_SIZE]


def fill_in(app, holders: dict[int, set[str]], *, note: dict) -> None:
    """A case for each of these ids, with the word in its subject, its message or a note."""
    asked = ask(app)
    with app.app_context(), transaction():
        case, message = (
            dict(db.session.execute(select(table.__table__).where(is_its)).mappings().one())
            for table, is_its in ((Question, Question.id == asked.id), (Message, Message.question_id == asked.id))
        )
        for number, kinds in holders.items():
            own = {"id": number, "number": f"Q26-{number:0>6}-0", "subject": subject_of(number, kinds)}
            db.session.execute(insert(Question), [{**case, **own}])
            body = WORD if "message" in kinds else "Nichts"
            db.session.execute(insert(Message), [{**message, "id": number, "question_id": number, "body": body}])
            if "note" in kinds:
                own = {"id": number, "question_id": number, "created_at": clock.now()}
                db.session.execute(insert(Note), [{**note, **own}])


def subject_of(number: int, kinds: set[str]) -> str:
    return f"{WORD} {number}" if "subject" in kinds else str(number)
