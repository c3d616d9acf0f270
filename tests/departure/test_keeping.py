"""What stays when somebody is erased: contracts untouched, letters for six years, locked (leaving 58, 59, 60)."""

from datetime import date, timedelta

from sqlalchemy import select, update

from portal.contracts.models import Contract
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.leaving.models import Standing
from tests.cast import ANNA, BERND, signed_in
from tests.contracts.books import contract
from tests.departure.people import DATA, ERASURE, archive_in, does_duties, leftovers, presses, with_traces
from tests.leaving.declaring import declarations, press
from tests.visitor import Visitor


def with_contract(app, **changes) -> int:
    with_traces(app)
    return contract(app, **changes)


def ends(app, contract_id: int, on: date) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(Contract).where(Contract.id == contract_id).values(ends_on=on, ended_at=clock.now()))


def test_58_a_running_contract_goes_on_and_is_named_with_its_norm(app):
    """58: deletes, lists what is kept with norm and date; the contract is unaffected (§ 327q BGB)."""
    held = with_contract(app)
    anna = signed_in(app, ANNA)
    page = anna.opens(ERASURE)
    with app.app_context():
        before = {c.key: getattr(db.session.get_one(Contract, held), c.key) for c in Contract.__table__.c}
    assert before["number"] in page.text and "Art. 6 Abs. 1 Buchst. b DSGVO" in page.text
    done = presses(anna, ERASURE)
    assert before["number"] in done.text
    with app.app_context():
        after = db.session.get_one(Contract, held)
        assert {c.key: getattr(after, c.key) for c in Contract.__table__.c} == before
        customer = db.session.get_one(Customer, after.customer_id)
        assert (customer.name, customer.email, customer.user_id) == (ANNA.name, ANNA.email, None)
    with clock.frozen(clock.now() + timedelta(hours=23)):
        does_duties(app)
    assert leftovers(app, ("Probetext", "Probenotiz")) == []


def test_60_an_ended_contract_stays_for_the_law_and_is_found_by_nobody(app, dora):
    """60: retained records are not in search or lists (Art. 18 GDPR)."""
    held = with_contract(app)
    ends(app, held, date(2026, 10, 31))
    with app.app_context():
        number = db.session.get_one(Contract, held).number
    assert number in dora.opens("/desk/contracts").text
    done = presses(signed_in(app, ANNA), ERASURE)
    assert number in done.text and "31. Dezember 2032" in done.text and "§ 257 HGB" in done.text
    with app.app_context():
        assert db.session.get_one(Contract, held).locked_at is not None
        assert ANNA.email not in str(db.session.scalars(select(Customer.email)).all())
    assert number not in dora.opens("/desk/contracts").text
    assert "Berger" not in dora.opens("/desk/search?q=Berger").text.replace("„Berger“", "")


def test_59_a_declaration_is_kept_for_six_years_and_its_receipt_stays_readable(app):
    """59: letters to the end of the year and six years."""
    with_traces(app)
    anna = signed_in(app, ANNA)
    receipt = press(Visitor(app))
    done = presses(anna, ERASURE)
    declared = declarations(app)[0]
    assert f"Erklärung {declared.reference}" in done.text and "31. Dezember 2032" in done.text
    link = next(each.get("href") for each in receipt.all("a") if (each.get("href") or "").startswith("/receipt/"))
    assert declared.reference in Visitor(app).opens(link).text
    with clock.frozen(clock.now() + timedelta(hours=23)):
        does_duties(app)
    assert {each.split(":")[0] for each in leftovers(app, (ANNA.email,))} <= {
        "declarations",
        "declaration_standings",
        "notifications",
        "portal.sqlite",
    }


def test_60_a_settled_declaration_of_somebody_erased_stands_in_no_list(app, dora):
    """60: nor does the search of the queue find it."""
    press(Visitor(app))
    reference = declarations(app)[0].reference
    assert reference in dora.opens("/desk/declarations?list=all").text
    with app.app_context(), transaction():
        db.session.execute(update(Standing).values(state="ended", work_due_at=None, work=""))
    presses(signed_in(app, ANNA), ERASURE)
    for query in ("list=all", "list=all&q=Berger", f"list=all&q={reference}"):
        assert f"/desk/declarations/{reference}" not in dora.opens(f"/desk/declarations?{query}").html


def test_the_archive_tells_of_foreign_declarations_what_and_when_but_not_who(app):
    held = with_contract(app)
    press(Visitor(app), name="Bernd Kolb", email=BERND.email, reason="Das steht nur Bernd zu")
    with app.app_context(), transaction():
        db.session.execute(update(Standing).values(contract_id=held))
    content = archive_in(presses(signed_in(app, ANNA), DATA)).read("data.json").decode()
    assert declarations(app)[0].reference in content
    assert BERND.email not in content and "steht nur Bernd zu" not in content
