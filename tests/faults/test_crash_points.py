"""Killed at any point of asking: whoever was shown a number finds it, and the same form sent again is one question."""

from datetime import UTC, datetime, timedelta

from portal.attachments.models import Attachment
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.integrity import check
from portal.privacy import HOLDINGS
from portal.questions.models import Question
from tests.cast import ANNA, signed_in
from tests.conftest import NOON
from tests.departure.people import ERASURE, PROBES, does_duties, leftovers, presses, with_traces
from tests.faults.asking import Asking
from tests.faults.dying import dies
from tests.faults.ledger import Ledger
from tests.questions.asking import rows

# Where the process dies, and how many questions there are then of the one that was sent.
WHILE_SENDING = {
    "before_begin": 0,
    "after_begin": 0,
    "after_number": 0,
    "after_message": 0,
    "after_attachment_rows": 0,
    "after_outbox": 0,
    "before_commit": 0,
    "after_commit_before_response": 1,
}
WHILE_ATTACHING = ("file_tmp_written", "file_fsynced", "file_renamed")


def faults(app, ledger: Ledger, now: datetime = NOON) -> list[str]:
    """Whatever does not hold at that moment."""
    with app.app_context():
        return [*ledger.faults(CONFIG.of(app).database_url), *check(now)]


def test_killed_while_a_question_is_stored(app, seen):
    ledger = Ledger()
    for point, stored in WHILE_SENDING.items():
        asking, before = Asking(app), len(rows(app, Question))
        assert asking.attaches().status == 200
        assert dies(app, point, lambda: asking.sends(Ledger())), point  # noqa: B023
        assert len(rows(app, Question)) - before == stored, point
        assert faults(app, ledger) == [], point
        assert asking.sends(ledger).status == 303, point
        assert len(rows(app, Question)) - before == 1, point
    assert faults(app, ledger) == [] and len(ledger.given) == len(WHILE_SENDING)
    seen("kill at " + ", ".join(WHILE_SENDING), "sent again, each is one question with its number")


def test_killed_while_a_file_is_kept(app, seen):
    ledger = Ledger()
    for point in WHILE_ATTACHING:
        asking = Asking(app)
        assert dies(app, point, asking.attaches), point
        assert rows(app, Attachment, owner_type="upload") == []
        # What lies on the disk has the true time.
        assert faults(app, ledger, datetime.now(UTC)) == [], point
        assert asking.attaches().status == 200 and asking.sends(ledger).status == 303
    assert faults(app, ledger, datetime.now(UTC)) == [] and len(ledger.given) == len(WHILE_ATTACHING)
    seen("kill at " + ", ".join(WHILE_ATTACHING), "no row points to half a file; attached again and sent")


def test_killed_in_the_middle_of_erasing_a_person(app, seen):
    with_traces(app)
    # What stands in the log now is in the file itself after the next start.
    anna, found = signed_in(app, ANNA), leftovers(app, PROBES)
    whole = {each for each in found if not each.startswith("portal.sqlite-wal")}
    for piece in (1, len(HOLDINGS)):
        assert dies(app, f"erase_half:{piece}", lambda: presses(anna, ERASURE)), piece
        assert whole <= set(leftovers(app, PROBES)) and faults(app, Ledger()) == [], piece
    assert presses(anna, ERASURE).status == 200
    with clock.frozen(NOON + timedelta(hours=23)):
        does_duties(app)
    assert leftovers(app, PROBES) == []
    seen("kill at erase_half", "everything is there; erased again, nothing is", invariants="I1–I6")


def test_an_unarmed_point_does_nothing(app):
    asking = Asking(app)
    asking.attaches()
    assert not dies(app, "never_reached", lambda: asking.sends(Ledger()))
    assert len(rows(app, Question)) == 1
