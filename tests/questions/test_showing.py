"""A question's page: the promise on top, the conversation, and nothing of it for anybody else."""

from tests.questions.people import ask, counted, give_answer


def test_anna_reads_the_promise_and_whose_turn_it_is(app, anna):
    asked = ask(app)
    page = anna.opens(asked.address)
    assert page.status == 200
    assert page.heading.startswith("Antwort bis ") and page.heading.endswith("Wir sind dran.")


def test_the_page_needs_at_most_ten_statements(app, anna):
    asked = ask(app)
    give_answer(asked)
    with counted(app) as statements:
        anna.opens(asked.address)
    assert len(statements) <= 10, statements
    with counted(app) as statements:
        assert anna.opens(asked.address + "/news", If_None_Match="x").status == 200
