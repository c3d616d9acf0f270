"""What the words of mail servers mean, and that every meaning has words for people who lead."""

import pytest

from portal.lead.words import is_quoted, problem_word
from portal.notifications.problems import Means, Own, meaning_of

SAID = {
    "550 5.1.1 <a…@example.org>: Recipient address rejected: User unknown in virtual mailbox table": Means.ADDRESS,
    "550 5.1.1 nobody here of that name": Means.ADDRESS,
    "5.1.1 smtp; 550 no such user": Means.ADDRESS,
    "5.1.10 smtp; 556 domain takes no mail": Means.ADDRESS,
    "550 5.2.1 The email account that you tried to reach is disabled.": Means.ADDRESS,
    "550 Requested action not taken: mailbox unavailable": Means.REFUSED,
    "552 5.2.2 The email account that you tried to reach is over quota": Means.FULL,
    "452 4.2.2 mailbox full": Means.FULL,
    "552 Requested mail action aborted: exceeded storage allocation": Means.FULL,
    "552 5.3.4 Message size exceeds fixed limit": Means.SIZE,
    "552 5.7.0 This message was blocked because its content presents a security issue": Means.REFUSED,
    "554 5.7.1 Service unavailable; Client host blocked using Spamhaus": Means.SPAM,
    "550 5.7.26 This mail is unauthenticated": Means.SPAM,
    "550 5.7.1 we do not know you": Means.REFUSED,
    "554 5.7.1 <a…@example.org>: Relay access denied": Means.REFUSED,
    "535 5.7.8 Authentication credentials invalid": Means.SIGN_IN,
    "530 5.7.0 Must issue a STARTTLS command first": Means.SIGN_IN,
    "ConnectionRefusedError: [Errno 111] Connection refused": Means.UNREACHED,
    "gaierror: [Errno -2] Name or service not known": Means.UNREACHED,
    "SMTPServerDisconnected: Connection unexpectedly closed": Means.UNREACHED,
    "5.4.1 smtp; 554 no answer from host": Means.UNREACHED,
    "451 4.7.1 greylisted, come back": Means.LATER,
    "421 too busy": Means.LATER,
    "450 4.7.25 reputation of this client is low": Means.LATER,
    "This mail cannot be printed: KeyError in line 3.": Means.UNMADE,
    "This mail can never be sent: it is too large.": Means.UNMADE,
    "returned": Means.REFUSED,
    "": Means.REFUSED,
}


@pytest.mark.parametrize(("said", "means"), SAID.items())
def test_what_a_server_says_means_one_of_a_few_things(said, means):
    assert meaning_of(said) is means


@pytest.mark.once
def test_every_reason_has_words_and_only_those_of_others_are_quoted(app):
    assert set(SAID.values()) == set(Means)
    with app.test_request_context("/de/"):
        own = {problem_word(each.value) for each in Own}
        assert len(own) == len(Own) and own.isdisjoint(Own)
        assert len({problem_word(said) for said in SAID}) == len(Means)
    assert is_quoted("550 no") and not any(is_quoted(each.value) for each in Own)
