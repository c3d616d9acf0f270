"""Billing is told, signed and safely; one message that fails stops no other; the table is safe for spreadsheets."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from portal.foundation import clock
from portal.foundation.config import CONFIG, read_config
from portal.foundation.database import db, transaction
from portal.foundation.errors import SettingError
from portal.journal.rules import SYSTEM
from portal.leaving.actions.recording import pass_to
from portal.leaving.effects import has_due, send_due
from portal.leaving.models import Declaration, HookMessage
from portal.leaving.rules.declarations import State
from portal.notifications.channels import DeliveryError
from portal.notifications.channels.hook import Hook, post
from tests.contracts.books import contract
from tests.leaving.declaring import press

SECRET = "s" * 32


@pytest.fixture
def billing():
    """A machine of the company that writes down what it is told and answers as it is asked to."""
    told, answers = [], []

    class Machine(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append((dict(self.headers), body))
            self.send_response(answers.pop(0) if answers else 204)
            self.send_header("Location", "http://127.0.0.1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_given):
            pass

    server = HTTPServer(("127.0.0.1", 0), Machine)
    Thread(target=server.serve_forever, daemon=True).start()
    server.told, server.answers = told, answers
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hooked(app, billing):
    """The portal of a company that has such a machine."""
    url = f"http://127.0.0.1:{billing.server_port}/hooks"
    CONFIG.put(app, replace(CONFIG.of(app), hook_url=url, hook_secret=SECRET, hook_may_be_local=True))
    return app


def rows(app) -> list[HookMessage]:
    ordered = select(HookMessage).order_by(HookMessage.id).execution_options(populate_existing=True)
    return list(db.session.scalars(ordered).all())


def test_billing_is_told_of_each_step_and_can_prove_who_told_it(hooked, billing, guest):
    """Signed webhook: received, effective, contested, retracted."""
    contract_id = contract(hooked)
    press(guest)
    with hooked.app_context():
        declaration = db.session.scalar(select(Declaration))
        with transaction():
            declaration.standing.contract_id, declaration.standing.effective_on = contract_id, date(2027, 1, 16)
            for state, verb in ((State.MATCHED, "matched"), (State.EFFECTIVE_SET, "effective")):
                pass_to(declaration, state, f"cancellation.{verb}", by=SYSTEM, at=clock.now())
            pass_to(declaration, State.CONTESTED, "cancellation.contested", by=SYSTEM, at=clock.now())
            pass_to(declaration, State.RETRACTED, "cancellation.retracted", by=SYSTEM, at=clock.now())
        assert has_due(clock.now())
        send_due(clock.now())
        assert not has_due(clock.now() + timedelta(days=4))
    told = [json.loads(body) for _headers, body in billing.told]
    assert [each["event"].partition(".")[2] for each in told] == ["received", "effective", "contested", "retracted"]
    assert told[1]["contract"] == "TW-2025-00417" and told[1]["effective_on"] == "2027-01-16"
    assert "Anna" not in str(told) and "anna@" not in str(told)
    headers, body = billing.told[0]
    stamp, made = headers["Portal-Signature"].split(",")
    expected = hmac.new(SECRET.encode(), f"{stamp[2:]}.".encode() + body, hashlib.sha256).hexdigest()
    assert made == f"v1={expected}" and int(stamp[2:]) == int(clock.now().timestamp())


def test_one_that_fails_stops_no_other_and_is_tried_for_three_days(hooked, billing, guest):
    """SR-60: later for 5xx and redirects, never again for a refusal."""
    billing.answers += [500, 302, 410, 204]
    for number in range(4):
        press(guest, about=f"Vertrag {number}")
    with hooked.app_context():
        send_due(clock.now())
        found = rows(hooked)
        assert [bool(each.sent_at) for each in found] == [False, False, False, True]
        assert [each.due_at is None for each in found] == [False, False, True, True] and found[2].failed_at
        assert len(billing.told) == 4, "a redirect is not followed"
        names = [headers["Portal-Delivery"] for headers, _body in billing.told]
        assert len(set(names)) == 4, "each fact has a name of its own"
        billing.answers += [500] * 100
        moment = clock.now()
        for _ in range(40):
            moment += timedelta(hours=2)
            send_due(moment)
        assert {headers["Portal-Delivery"] for headers, _body in billing.told} == set(names), "kept at every try"
        assert rows(hooked)[0].failed_at and rows(hooked)[0].failed_at - clock.now() <= timedelta(hours=80)


def test_without_an_address_nothing_is_written(app, guest):
    press(guest)
    with app.app_context():
        assert rows(app) == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "https://127.0.0.1/x", "https://localhost:8443/", "https://[::1]/"]
)
def test_this_machine_is_never_called_unless_a_test_says_so(url):
    """SR-60."""
    with pytest.raises(DeliveryError) as refused:
        post(Hook(url, SECRET), b"{}", headers={}, seconds=0)
    assert refused.value.permanent


@pytest.mark.parametrize(
    "given",
    [
        {"HOOK_URL": "https://billing.example.org"},
        {"HOOK_URL": "https://u:p@billing.example.org", "HOOK_SECRET": SECRET},
        {"HOOK_URL": "ftp://billing.example.org", "HOOK_SECRET": SECRET},
        {"HOOK_MAY_BE_LOCAL": "1", "PORTAL_STAGE": "production", "PORTAL_URL": "https://help.example.org"},
    ],
)
def test_unsafe_settings_stop_the_start(given, tmp_path):
    with pytest.raises(SettingError, match="HOOK"):
        read_config({"PORTAL_DATA": str(tmp_path), **given})


def test_the_table_for_billing_calculates_nothing(app, guest):
    """SR-29: a cell that could be a formula gets a quote in front."""
    contract_id = contract(app, product="=HYPERLINK(1)")
    press(guest)
    with app.app_context():
        with transaction():
            db.session.scalar(select(Declaration)).standing.contract_id = contract_id
        printed = app.test_cli_runner().invoke(args=["leaving", "billing-csv"]).output
    assert "C26-00001-4;TW-2025-00417;K-10417;'=HYPERLINK(1);received;" in printed
