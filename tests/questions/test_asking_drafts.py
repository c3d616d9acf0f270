"""What a signed-in person types is kept on the server and comes back; nobody else sees it."""

from portal.questions.models import Draft
from tests.cast import ANNA, anna, bernd, signed_in  # noqa: F401
from tests.questions.asking import BODY, NEW, fills_in, rows
from tests.visitor import Visitor

DRAFT = "/de/questions/draft"


def test_a_draft_comes_back_and_is_said_to_be_one(app):
    anna = signed_in(app, ANNA)  # noqa: F811
    fields = fills_in(anna, topic="moving", fact_new_address="Am Bach 3")
    assert [anna.sends(DRAFT, fields | {"body": text}).status for text in ("Wir", "Wir ziehen um.")] == [204, 204]
    page = anna.opens(NEW)
    assert page.find("textarea", name="body").text.strip() == "Wir ziehen um."
    assert page.find("input", name="fact_new_address").get("value") == "Am Bach 3"
    assert page.find("input", name="topic", value="moving").get("checked") is not None
    assert "zuletzt geschrieben" in page.text
    assert set(rows(app, Draft)[0].content) <= {
        "topic", "subject", "body", "can_continue", "affects", "fact_new_address"
    }  # fmt: skip


def test_starting_afresh_forgets_the_draft(app, anna):  # noqa: F811
    anna.sends(DRAFT, fills_in(anna))
    form = anna.opens(NEW).find("form", action=DRAFT)
    fields = {each.get("name"): each.get("value") for each in form.iter() if each.get("name")}
    assert fields["step"] == "discard"
    answer = anna.sends(DRAFT, fields)
    assert (answer.status, answer.location) == (303, NEW) and rows(app, Draft) == []


def test_drafts_are_nobody_elses(app, anna, bernd):  # noqa: F811
    anna.sends(DRAFT, fills_in(anna))
    assert BODY not in bernd.opens(NEW).html and BODY not in Visitor(app).opens(NEW).html
    assert Visitor(app).sends(DRAFT, {"body": "Text"}).status == 403


def test_a_draft_without_the_token_of_the_sign_in_is_refused(app, anna):  # noqa: F811
    assert anna.sends(DRAFT, {"body": "Text", "token": "x"}).status == 403 and rows(app, Draft) == []


def test_a_draft_that_is_too_large_is_refused_and_the_last_one_stays(app, anna):  # noqa: F811
    anna.sends(DRAFT, fills_in(anna))
    assert anna.sends(DRAFT, fills_in(anna) | {"body": "x" * 130_000}).status == 413
    assert rows(app, Draft)[0].content["body"] == BODY
