"""What becomes of a mail by its head; whose word counts; what of a text is new. Plain values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inbox.rules.judging import Head, House, Reason, State, judge, key_in
from portal.inbox.rules.proving import is_proven
from portal.inbox.rules.texts import cut, parted
from portal.notifications.addresses import answer_address
from tests.inbox.letters import ANNA, ANSWERS, HELP, JUDGE, proof

HOUSE = House(frozenset({"hilfe@talwind.example", HELP, ANSWERS}), ANSWERS, JUDGE)
KEY = "0123456789abcdef0123456789abcdef"
TO_KEY = answer_address(ANSWERS, KEY)


def head(**given_heads) -> Head:
    return Head(**{"senders": (ANNA,), "delivered": (HELP,), "addressed": (HELP,), **given_heads})


@pytest.mark.parametrize(
    ("heads", "reason"),
    [
        ({"auto_submitted": "auto-replied"}, Reason.AUTOMATIC),
        ({"auto_submitted": "Auto-Generated; owner-email=x"}, Reason.AUTOMATIC),
        ({"precedence": "Bulk"}, Reason.BULK),
        ({"precedence": " junk "}, Reason.BULK),
        ({"has_list": True, "auto_submitted": "auto-replied"}, Reason.AUTOMATIC),
        ({"has_list": True, "precedence": "bulk"}, Reason.BULK),
        ({"has_list": True, "envelope_sender": ""}, Reason.NO_SENDER),
        ({"envelope_sender": ""}, Reason.NO_SENDER),
        ({"envelope_sender": "MAILER-DAEMON"}, Reason.NO_SENDER),
        ({"envelope_sender": "mailer-daemon@mx.example"}, Reason.NO_SENDER),
        ({"is_report": True}, Reason.RETURNED),
        ({"senders": (HELP,)}, Reason.OURS),
        ({"senders": ("hilfe@talwind.example",)}, Reason.OURS),
    ],
)
def test_what_machines_write_is_put_aside_also_with_a_good_key(heads, reason):
    for delivered in ((HELP,), (TO_KEY,)):
        verdict = judge(head(**heads, delivered=delivered, results=(proof(),)), HOUSE)
        assert (verdict.state, verdict.reason) == (State.ASIDE, reason)


@pytest.mark.parametrize("heads", [{"has_list": True}, {"precedence": "List"}])
def test_what_comes_over_a_list_is_put_aside_unless_it_is_a_proven_answer(heads):
    for delivered, results in (((HELP,), (proof(),)), ((TO_KEY,), ()), ((TO_KEY,), (proof("evil.example"),))):
        verdict = judge(head(**heads, delivered=delivered, results=results), HOUSE)
        assert (verdict.state, verdict.reason) == (State.ASIDE, Reason.LIST)
    verdict = judge(head(**heads, delivered=(TO_KEY,), results=(proof(),)), HOUSE)
    assert (verdict.state, verdict.reason, verdict.key) == (State.MESSAGE, Reason.LIST_ANSWER, KEY)


@pytest.mark.parametrize("heads", [{"auto_submitted": "no"}, {"auto_submitted": "No;x"}, {"precedence": "first-class"}])
def test_what_says_that_a_person_wrote_it_is_a_question(heads):
    assert judge(head(**heads), HOUSE).state is State.QUESTION


@pytest.mark.parametrize(
    "heads",
    [
        {"from_lines": 2, "senders": (ANNA, ANNA)},
        {"from_lines": 2},
        {"from_lines": 0, "senders": ()},
        {"senders": (ANNA, "eve@evil.example")},
        {"senders": ("",)},
    ],
)
def test_without_exactly_one_sender_a_person_decides(heads):
    verdict = judge(head(**heads, delivered=(TO_KEY,), results=(proof(),)), HOUSE)
    assert (verdict.state, verdict.reason) == (State.WAITING, Reason.SENDERS)


def test_a_key_counts_in_the_envelope_alone():
    assert judge(head(delivered=(TO_KEY,)), HOUSE).key == KEY
    for addressed in (TO_KEY, ANSWERS.replace("@", "+nothing@")):
        verdict = judge(head(addressed=(addressed,)), HOUSE)
        assert (verdict.state, verdict.reason) == (State.WAITING, Reason.KEY)


def test_only_a_plain_sender_is_proven_and_any_may_ask():
    for is_plain in (True, False):
        assert judge(head(is_from_plain=is_plain, delivered=(TO_KEY,), results=(proof(),)), HOUSE).is_proven is is_plain
        assert judge(head(is_from_plain=is_plain), HOUSE).state is State.QUESTION


def test_a_key_is_read_in_any_letters_and_nowhere_else():
    assert key_in([TO_KEY.upper()], ANSWERS) == KEY
    foreign = TO_KEY.replace("talwind", "evil")
    assert [key_in([each], ANSWERS) for each in (foreign, KEY, f"x{TO_KEY}", f"{TO_KEY}.evil", "", HELP)] == [""] * 6
    assert key_in([TO_KEY], "") == ""


def test_mail_of_our_own_domain_is_looked_at_by_a_person():
    verdict = judge(head(senders=("clara@talwind.example",)), HOUSE)
    assert (verdict.state, verdict.reason) == (State.WAITING, Reason.COLLEAGUE)


def test_what_our_server_calls_forged_is_no_question_until_a_person_says_so():
    verdict = judge(head(results=(proof(result="fail"),)), HOUSE)
    assert (verdict.state, verdict.reason) == (State.WAITING, Reason.UNPROVEN)
    for said in ((), (proof(),), (proof(result="none"),), (proof(result="fail", judge="mx.evil.example"),)):
        assert judge(head(results=said), HOUSE).state is State.QUESTION


def test_our_server_proves_a_sender():
    assert is_proven([proof()], JUDGE, "example.org")
    assert is_proven([f"{JUDGE} 1; dkim=pass header.d=x", proof("Example.ORG")], JUDGE.upper(), "example.org")


def test_a_domain_is_the_same_in_punycode_and_in_its_letters_and_no_other_is():
    """What DMARC aligned is the domain in From itself: a subdomain is proven for itself, and for nothing above it."""
    assert is_proven([proof("xn--strae-oqa.example")], JUDGE, "straße.example")
    assert is_proven([proof("Straße.Example")], JUDGE, "straße.example")
    assert is_proven([proof("mail.example.org")], JUDGE, "mail.example.org")
    for said, domain in [
        ("strasse.example", "straße.example"),
        ("xn--example-.org", "example.org"),
        ("xn--99999999999999.example", "example"),
        ("mail.example.org", "example.org"),
        ("example.org", "mail.example.org"),
    ]:
        assert not is_proven([proof(said)], JUDGE, domain)


@pytest.mark.parametrize(
    "results",
    [
        [],
        [proof(judge="mx.evil.example")],
        [proof(result="fail")],
        [proof(result="none")],
        [proof("evil.example")],
        [proof(result="fail"), proof()],
        [proof(), proof(result="fail")],
        [proof("evil.example"), proof()],
        [f"{JUDGE}; dmarc=pass"],
        [f"{JUDGE}; spf=pass dmarc=pass header.from=example.org"],
        [f"{JUDGE}; spf=pass (; dmarc=pass header.from=example.org)"],
        [f'{JUDGE}; spf=pass smtp.mailfrom="a; dmarc=pass header.from=example.org"'],
        [f"mx.evil.example; x=y ({JUDGE}); dmarc=pass header.from=example.org"],
        [f"({JUDGE})x; dmarc=pass header.from=example.org"],
        ["; dmarc=pass header.from=example.org"],
    ],
)
def test_nothing_else_proves_a_sender(results):
    assert not is_proven(results, JUDGE, "example.org")


BENT = [
    'x) ; dmarc=pass header.from=victim.example (("',
    'x) ; dmarc=pass header.from=victim.example ("',
    'x) ; dmarc=pass header.from=victim.example z="',
    'x) ; d(y)marc=pass header.from=victim.example (("',
    'x) ; d\\ymarc=pass header.from=victim.example (("',
    "x)) ; dmarc=pass header.from=victim.example (",
    "x) ; dmarc=pass header.from=victim.example " + "y" * 9000,
]


def bent(name: str, *, after: str = "") -> str:
    """What our server writes about a forged mail whose sender chose that name before the @."""
    spf = f'spf=pass ({JUDGE}: domain of "{name}@evil.example designates 192.0.2.1) smtp.mailfrom="{name}@evil.example'
    return f"{JUDGE}; {spf}; dmarc=fail (p=reject) header.from=victim.example{after}"


@pytest.mark.parametrize("name", BENT)
def test_no_word_of_a_sender_hides_that_our_server_refused(name):
    for line in (bent(name), bent(name, after=f'; dkim=fail header.i="{name}@x"'), bent(name, after="; a=b (c) d)")):
        for said in (line, line.replace(f' smtp.mailfrom="{name}@evil.example', "")):
            assert not is_proven([said], JUDGE, "victim.example")
            assert not is_proven([said, proof("victim.example")], JUDGE, "victim.example")


@given(st.text(alphabet='x ();"\\=', max_size=12), st.text(alphabet='x ();"\\=', max_size=12))
def test_whatever_stands_around_it_a_forged_result_proves_nothing(before, behind):
    name = f"{before}; dmarc=pass header.from=victim.example {behind}"
    assert not is_proven([bent(name)], JUDGE, "victim.example")


def test_a_line_that_is_closed_too_late_or_never_is_no_result():
    for end in (" (", ")", ' "', " " * 8000):
        assert not is_proven([proof() + end], JUDGE, "example.org")
    assert is_proven([proof() + " (a (b) c)", "mx.evil.example; x ("], JUDGE, "example.org")


def test_without_a_named_server_nobody_is_proven():
    assert not is_proven([proof(judge="")], "", "example.org")
    assert not is_proven([proof()], "", "example.org")


@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=30), st.text(max_size=30))
def test_no_line_of_a_stranger_proves_a_sender_or_ends_in_a_fault(lines, name, domain):
    assert not is_proven([each for each in lines if JUDGE not in each], JUDGE, domain)
    assert is_proven(lines, name, domain) in (True, False)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Neu\n\nAm Mo., 3. Nov. 2026 schrieb Hilfe\n<hilfe@x.example>:\n\n> alt\n> älter", "Neu"),
        ("Neu\n\nOn Mon, Nov 3, 2026 at 1:00 PM Help <h@x.example> wrote:\n> old", "Neu"),
        ("Neu\n> alt\n\n", "Neu"),
        ("Neu\n\n-----Ursprüngliche Nachricht-----\nVon: Hilfe\nalt", "Neu"),
        ("Neu\n\nVon: Hilfe <h@x.example>\nGesendet: Montag\nAn: Anna\nBetreff: alt\n\nalt", "Neu"),
        ("Neu\n\n*From:* Help\n*Sent:* Monday\n*To:* Anna\n\nold", "Neu"),
        ("> alt\n\nAntwort dazwischen\n\n> noch älter", "> alt\n\nAntwort dazwischen\n\n> noch älter"),
        ("> nur alt", "> nur alt"),
        ("Von: mir an alle, so heißt mein Buch", "Von: mir an alle, so heißt mein Buch"),
        ("5 > 3 und\n3 < 5", "5 > 3 und\n3 < 5"),
    ],
)
def test_an_older_mail_is_told_apart_where_that_is_safe(text, new):
    assert parted(text).new == new


LINE = st.one_of(
    st.text(alphabet="ab >:-<\t", max_size=12),
    st.sampled_from(
        ["> alt", "Am 3. Nov. schrieb Hilfe:", "Von: a", "Gesendet: b", "An: c", "--- Original Message ---"]
    ),
)


@given(st.lists(LINE, max_size=12))
def test_nothing_is_lost_by_telling_it_apart(lines):
    text = "\n".join(lines)
    new, quoted = parted(text)
    assert [line for part in (new, quoted) for line in part.split("\n") if line.strip()] == [
        line for line in lines if line.strip()
    ]
    assert new.strip() or not quoted


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_cut_text_is_the_beginning_of_the_whole(text, limit):
    begin, is_cut = cut(text, limit)
    assert text.startswith(begin) and len(begin) <= limit and is_cut is (len(text) > limit)
