"""`flask mail`: operators see what failed and why, and have it sent again."""

import pytest

from tests.mailbox import Mailbox
from tests.notifications.conftest import ANNA, BERND, announce, mail_row, to_server


@pytest.fixture
def flask(app):
    """Types a command and gives what it said."""

    def run(*words: str, status: int = 0) -> str:
        with app.app_context():
            result = app.test_cli_runner().invoke(args=["mail", *words])
        assert result.exit_code == status, result.output
        return result.output

    return run


def test_a_mail_that_failed_is_listed_with_its_reason_and_sent_again(app, server, flask):
    to_server(app, server[1])
    server[0].refusals = ["550 5.7.1 we do not know you"]
    number = announce(app, to=ANNA)
    announce(app, to=BERND)
    Mailbox(app).deliver()
    listed = flask("list")
    assert ANNA in listed and "550 5.7.1 we do not know you" in listed and "1 mails." in listed and BERND not in listed
    shown = flask("show", str(number))
    assert "failed" in shown and "question 1" in shown and "550 5.7.1" in shown
    assert flask("retry", str(number)) == "1 mails will be sent again.\n"
    Mailbox(app).deliver()
    assert mail_row(app, number).sent_at and len(server[0].arrived) == 2
    said = flask("retry", str(number), "99999", status=1)
    assert f"0 mails will be sent again.\nError: Not sent again: {number}, 99999." in said


def test_everything_that_failed_is_sent_again_at_once(app, server, flask):
    to_server(app, server[1])
    server[0].refusals = ["550 no"] * 3
    for each in range(3):
        announce(app, to=f"anna{each}@example.org")
    Mailbox(app).deliver()
    assert flask("retry", "--failed") == "3 mails will be sent again.\n"
    Mailbox(app).deliver()
    assert len(server[0].arrived) == 3


def test_no_command_shows_a_key(app, flask):
    number = announce(app, payload={"key": "k" * 43})
    assert "kkk" not in flask("show", str(number)) + flask("list", "--state", "all")


def test_an_operator_can_see_whether_mails_arrive(app, flask):
    flask("test", "dora@example.org")
    mail = Mailbox(app).newest(to="dora@example.org")
    assert mail.subject == "Testnachricht von Talwind"


@pytest.mark.parametrize("words", [("test", "dora"), ("show", "7"), ("show", "99999999999999999999"), ("allow", "x")])
def test_a_wrong_address_or_number_is_told_in_a_sentence(flask, words):
    assert "Error: " in flask(*words, status=1)


def test_whoever_said_not_me_can_ask_for_mails_again(flask):
    assert "Nobody had refused" in flask("allow", ANNA)
