"""Two hundred people ask at one moment: two hundred numbers, without a gap and without a double."""

from concurrent.futures import ThreadPoolExecutor

from portal.questions.models import Message, PromiseEntry, Question
from tests.questions.asking import TYPED, filled, fills_in, rows, sends
from tests.visitor import Visitor

PEOPLE = 200
# As many at once as two processes of four threads serve; the others wait in front of the door.
SERVED = 8


def test_two_hundred_people_at_one_moment_get_two_hundred_numbers(app):
    def ask(person: int) -> int:
        visitor = Visitor(app)
        fields = form | {"stamp": f"{person:032d}", "email": f"person{person}@example.org"}
        return sends(visitor, fields).status

    first = Visitor(app)
    form = filled(sends(first, fills_in(first)))
    with ThreadPoolExecutor(SERVED) as crowd:
        assert set(crowd.map(ask, range(PEOPLE))) == {303}
    numbers = [each.number for each in rows(app, Question)]
    assert sorted(int(number.split("-")[1]) for number in numbers) == list(range(1, PEOPLE + 1))
    assert len(rows(app, Message)) == len(rows(app, PromiseEntry)) == PEOPLE


def test_one_form_sent_twenty_times_at_one_moment_is_one_question(app):
    first = Visitor(app)
    form = filled(sends(first, fills_in(first, **TYPED)))
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: sends(Visitor(app), form).status, range(20)))
    assert set(answers) == {303}
    assert len(rows(app, Question)) == 1
