"""Was this helpful? One vote per browser, changeable, anonymous, and nothing typed is ever lost."""

import threading

import pytest
from sqlalchemy import func, select

from portal.faq.actions import give_feedback
from portal.faq.library import KEEPER
from portal.faq.models import ArticleFeedback
from portal.foundation import clock
from portal.foundation.database import db
from tests.conftest import make_app, running
from tests.visitor import Visitor

ADDRESS = "/de/feedback/121"
YES, NO = {"verdict": "yes", "is_complete": "yes"}, {"verdict": "no", "is_complete": "yes"}
REMARK = "Die Frist fehlt: <14 Tage> & „mehr“."


def votes(app) -> list[ArticleFeedback]:
    with app.app_context():
        return list(db.session.scalars(select(ArticleFeedback).order_by(ArticleFeedback.id)))


def test_nobody_has_a_cookie_before_voting_and_one_for_a_year_after(visitor):
    visitor.opens("/de/faq/rechnung/rechnung-finden"), visitor.opens(ADDRESS)
    assert visitor.cookies == []
    cookie = visitor.sends(ADDRESS, YES).response.headers["Set-Cookie"]
    assert visitor.cookies == ["voter"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(cookie.split("; "))


def test_the_cookie_is_bound_to_the_host_where_the_portal_is_encrypted(data, demo):
    with running(make_app(data, demo / "content", url="https://hilfe.example", hosts=("localhost",))) as app:
        cookie = Visitor(app).sends(ADDRESS, YES).response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-voter=") and "Secure" in cookie and "Domain" not in cookie


def test_a_vote_is_kept_without_a_person(app, visitor, held_clock):
    page = visitor.sends(ADDRESS, YES)
    assert (page.status, page.location) == (303, ADDRESS)
    (vote,) = votes(app)
    assert (vote.article_number, vote.language, vote.is_helpful, vote.reason, vote.remark) == (
        121,
        "de",
        True,
        None,
        "",
    )
    assert vote.created_at == vote.changed_at == held_clock
    mark = next(cookie.value for cookie in visitor._client._cookies.values())
    assert len(vote.voter) == 64 and vote.voter != mark and mark not in vote.voter
    assert set(ArticleFeedback.__table__.columns.keys()) == {
        "id", "article_number", "language", "voter", "is_helpful", "reason", "remark", "created_at", "changed_at",
    }  # fmt: skip


def test_one_browser_votes_once_and_may_change_its_mind(app, held_clock):
    visitor = Visitor(app)
    visitor.sends(ADDRESS, YES)
    with clock.frozen(held_clock.replace(hour=12)):
        visitor.sends(ADDRESS, NO | {"reason": "unclear", "remark": REMARK})
    (vote,) = votes(app)
    assert (vote.is_helpful, vote.reason, vote.remark) == (False, "unclear", REMARK)
    assert vote.created_at == held_clock and vote.changed_at.hour == 12


def test_a_vote_for_yes_forgets_the_reasons_of_an_earlier_no(app):
    visitor = Visitor(app)
    visitor.sends(ADDRESS, NO | {"reason": "wrong", "remark": REMARK})
    visitor.sends(ADDRESS, YES | {"reason": "wrong", "remark": REMARK})
    (vote,) = votes(app)
    assert (vote.is_helpful, vote.reason, vote.remark) == (True, None, "")


def test_two_browsers_count_twice_and_so_do_two_articles_and_two_languages(app):
    one, other = Visitor(app), Visitor(app)
    one.sends(ADDRESS, YES), other.sends(ADDRESS, NO)
    one.sends("/de/feedback/122", YES), one.sends("/en/feedback/121", YES)
    assert len(votes(app)) == 4


@pytest.mark.parametrize("reason", ["missing", "unclear", "wrong", "other"])
def test_each_of_the_four_reasons_can_be_given(app, visitor, reason):
    visitor.sends(ADDRESS, NO | {"reason": reason})
    assert votes(app)[0].reason == reason


def test_the_feedback_page_works_without_script_from_vote_to_reason(app, visitor):
    article = visitor.opens("/de/faq/rechnung/rechnung-finden")
    page = visitor.follows(visitor.submits(article, ADDRESS, verdict="no").location)
    assert {each.get("value") for each in page.all("input", type="radio")} == {"missing", "unclear", "wrong", "other"}
    assert page.all("a", href="/de/questions/new?about=121")
    page = visitor.follows(visitor.submits(page, ADDRESS, reason="wrong", remark=REMARK).location)
    assert not page.all("input", type="radio")
    assert "/de/faq/rechnung/rechnung-finden" in page.links.values()
    (vote,) = votes(app)
    assert (vote.reason, vote.remark) == ("wrong", REMARK)


def test_with_script_only_the_section_of_the_page_comes_back(visitor):
    page = visitor.sends(ADDRESS, NO, HX_Request="true")
    assert page.status == 200 and "<html" not in page.html
    assert page.find("section", id="feedback") is not None and page.all("textarea", name="remark")


def test_a_browser_sees_its_own_vote_and_nobody_else_does(app, visitor):
    visitor.sends(ADDRESS, NO | {"reason": "wrong", "remark": REMARK})
    assert not visitor.opens(ADDRESS).all("button", value="no")
    assert REMARK not in Visitor(app).opens(ADDRESS).html
    assert Visitor(app).opens(ADDRESS).response.headers["Cache-Control"] == "no-store"


def test_the_article_is_the_same_for_a_browser_that_voted(app, visitor):
    visitor.sends(ADDRESS, NO)
    url = "/de/faq/rechnung/rechnung-finden"
    assert visitor.opens(url).html == Visitor(app).opens(url).html


@pytest.mark.together
@pytest.mark.parametrize(
    "fields",
    [NO | {"reason": "boredom"}, {"is_complete": "yes"}, YES | {"verdict": "maybe"}, NO | {"remark": "x" * 1001}],
)
@pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}])
def test_what_cannot_be_kept_comes_back_with_the_text(app, visitor, fields, headers):
    remark = fields.get("remark", REMARK)
    page = visitor.sends(ADDRESS, {"remark": remark} | fields, **headers)
    assert page.status == 422
    assert remark in page.find("textarea", name="remark").text
    assert votes(app) == [] and visitor.cookies == []


@pytest.mark.parametrize("length", [1000, 1001])
def test_a_remark_of_1000_characters_is_kept_and_a_longer_one_is_not_cut(app, visitor, length):
    page = visitor.sends(ADDRESS, NO | {"remark": "ä" * length})
    assert page.status == (303 if length == 1000 else 422)
    assert [vote.remark for vote in votes(app)] == (["ä" * 1000] if length == 1000 else [])


def test_line_ends_of_browsers_do_not_count_twice(app, visitor):
    assert visitor.sends(ADDRESS, NO | {"remark": "a\r\n" * 400}).status == 303
    assert "\r" not in votes(app)[0].remark


@pytest.mark.parametrize("remark", ["a\x00b", "\ud800", "\u202eabc", "😀" * 500, "\x1b[31m"])
def test_any_text_is_kept_the_same_way_on_both_databases(app, remark):
    visitor = Visitor(app)
    sent = remark.encode("utf-8", "surrogatepass").decode("latin-1") if remark == "\ud800" else remark
    assert visitor.sends(ADDRESS, NO | {"remark": sent}).status == 303
    assert "\x00" not in votes(app)[0].remark


def test_a_form_without_its_last_field_is_incomplete(app, visitor):
    page = visitor.sends(ADDRESS, {"verdict": "no", "remark": REMARK})
    assert page.status == 400 and REMARK in page.find("textarea").text
    assert votes(app) == []


@pytest.mark.parametrize("number", ["0", "99999", "2147483648", "9999999999"])
def test_an_article_that_does_not_exist_has_no_votes(app, visitor, number):
    assert visitor.opens(f"/de/feedback/{number}").status == 404
    assert visitor.sends(f"/de/feedback/{number}", YES).status == 404
    assert votes(app) == []


@pytest.mark.together
@pytest.mark.parametrize("mark", ["", "x", "a" * 44, "../" * 14 + "a", "'" * 43, "a" * 3000])
def test_a_forged_mark_is_replaced_by_a_new_one(app, visitor, mark):
    visitor._client.set_cookie("voter", mark)
    visitor.sends(ADDRESS, YES)
    assert next(cookie.value for cookie in visitor._client._cookies.values()) != mark


def test_a_thousand_votes_a_minute_are_answered_with_a_friendly_page_and_nothing_typed_is_lost(app, visitor):
    pages = [visitor.sends(ADDRESS, NO | {"remark": f"{REMARK} {number}"}) for number in range(60)]
    refused = [page for page in pages if page.status == 429]
    assert [page.status for page in pages[:30]] == [303] * 30 and len(refused) == 30
    assert f"{REMARK} 59" in refused[-1].find("textarea").text
    assert 0 < int(refused[-1].response.headers["Retry-After"]) <= 3600
    assert "schnell" in refused[-1].heading
    assert len(votes(app)) == 1
    assert Visitor(app).sends(ADDRESS, YES).status == 303


def test_a_neighbour_is_not_refused_because_of_somebody_else(app):
    greedy, neighbour = Visitor(app, address="2001:db8:1:1::1"), Visitor(app, address="2001:db8:1:2::1")
    for _ in range(31):
        greedy.sends(ADDRESS, YES)
    assert neighbour.sends(ADDRESS, YES).status == 303
    assert Visitor(app, address="2001:db8:1:1:ffff::9").sends(ADDRESS, YES).status == 429


def test_the_same_browser_voting_twice_at_one_moment_is_one_vote(app):
    with app.app_context():
        entry = KEEPER.of(app).library.edition("de", clock.now().date()).by_number(121)
    start, failed = threading.Barrier(6), []

    def vote(is_helpful: bool) -> None:
        with app.app_context():
            start.wait()
            try:
                give_feedback(
                    entry.article, voter="v" * 64, is_helpful=is_helpful, reason=None, remark="", now=clock.now()
                )
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=vote, args=(bool(number % 2),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert failed == [] and db.session.scalar(select(func.count()).select_from(ArticleFeedback)) == 1
