"""A mail server must prove who it is, and no password travels unencrypted."""

from email.message import EmailMessage
from urllib.parse import quote

import pytest

from portal.foundation.company import read_company
from portal.foundation.config import read_config
from portal.foundation.errors import SettingError
from portal.foundation.settings.mail_url import read_mail_url
from portal.notifications.channels import DeliveryError, Envelope, Failure
from portal.notifications.channels.smtp import Patience, Smtp
from portal.notifications.composing import read_sender
from tests.conftest import make_config
from tests.notifications.mail_server import mail_server, password_checker, server_context


def channel(url: str) -> Smtp:
    return Smtp(read_mail_url(url), host="localhost", patience=Patience(1.0, 1.0, 3.0))


def words_of(handler) -> str:
    return handler.arrived[0].message.get_content().replace("\r\n", "\n")


@pytest.fixture
def envelope() -> Envelope:
    mail = EmailMessage()
    mail["Message-ID"] = "<m@localhost>"
    mail.set_content("Größe\n.\n.Punkt\n", cte="8bit")
    return Envelope(mail, "mail", "hilfe@talwind.example", "anna@example.org")


def test_mails_go_out_encrypted_by_starttls_after_signing_in(certificate, envelope):
    options = {
        "tls_context": server_context(str(certificate)),
        "require_starttls": True,
        "auth_required": True,
        "authenticator": password_checker("portal", "p@ss/wort:"),
    }
    with mail_server(**options) as (handler, port):
        url = f"smtp://portal:{quote('p@ss/wort:', safe='')}@127.0.0.1:{port}?starttls=always&ca={certificate}"
        assert channel(url).send(envelope) == "250 2.0.0 taken over as 4711"
    assert words_of(handler) == "Größe\n.\n.Punkt\n"


def test_mails_go_out_encrypted_from_the_start(certificate, envelope):
    with mail_server(ssl_context=server_context(str(certificate))) as (handler, port):
        channel(f"smtps://127.0.0.1:{port}?ca={certificate}").send(envelope)
    assert len(handler.arrived) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_nobody_vouches_for_gets_nothing(certificate, envelope, scheme):
    context = server_context(str(certificate))
    options = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    with mail_server(**options) as (handler, port), pytest.raises(DeliveryError) as caught:
        channel(f"{scheme}://127.0.0.1:{port}{'' if scheme == 'smtps' else '?starttls=always'}").send(envelope)
    assert caught.value.failure is Failure.UNREACHABLE and "CERTIFICATE_VERIFY_FAILED" in str(caught.value)
    assert handler.arrived == []


def test_a_server_without_encryption_gets_nothing_where_it_is_demanded(envelope):
    with mail_server() as (handler, port), pytest.raises(DeliveryError) as caught:
        channel(f"smtp://127.0.0.1:{port}?starttls=always").send(envelope)
    assert caught.value.failure is Failure.UNREACHABLE and handler.arrived == []


def test_a_wrong_password_is_the_fault_of_the_setting_not_of_a_mail(certificate, envelope):
    options = {
        "tls_context": server_context(str(certificate)),
        "auth_required": True,
        "authenticator": password_checker("portal", "right"),
    }
    with mail_server(**options) as (_handler, port), pytest.raises(DeliveryError) as caught:
        channel(f"smtp://portal:wrong@127.0.0.1:{port}?starttls=always&ca={certificate}").send(envelope)
    assert caught.value.failure is Failure.UNREACHABLE and "535" in str(caught.value)


def test_a_server_without_eight_bits_gets_the_same_words_in_seven(envelope):
    with mail_server() as (handler, port):
        handler.hidden = "8BITMIME"
        channel(f"smtp://127.0.0.1:{port}").send(envelope)
    assert handler.arrived[0].raw.isascii()
    assert words_of(handler) == "Größe\n.\n.Punkt\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, True, False)),
        ("smtp://mail.example.org:25?starttls=never", ("mail.example.org", 25, False, False)),
        ("smtps://mail.example.org", ("mail.example.org", 465, False, True)),
        ("smtp://localhost", ("localhost", 25, False, False)),
        ("smtp://127.0.0.1:1025", ("127.0.0.1", 1025, False, False)),
    ],
)
def test_a_mail_server_is_encrypted_unless_it_is_on_this_machine(url, expected):
    server = read_mail_url(url)
    assert (server.host, server.port, server.starts_tls, server.is_implicit_tls) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://user:password@mail.example.org?starttls=never",
        "smtp://mail.example.org?starttls=perhaps",
        "smtp://mail.example.org?tls=1",
        "smtp://mail.example.org:99999",
        "smtp://mail.example.org/inbox",
        "smtp://mail.example.org?ca=/nowhere/file.pem",
    ],
)
def test_a_wrong_mail_server_is_refused(url):
    with pytest.raises(ValueError, match=r"write|password|behind|name|Port"):
        read_mail_url(url)


def test_a_wrong_mail_server_stops_the_start_and_its_password_is_not_shown(tmp_path):
    environment = {"PORTAL_DATA": str(tmp_path), "MAIL_URL": "smtp://portal:geheim@mail.example.org?starttls=never"}
    with pytest.raises(SettingError) as caught:
        read_config(environment)
    assert "must not travel unencrypted" in str(caught.value) and "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("", "names no sender"),
        ("[mail]\nfrom = 7", "write [mail]"),
        ("[mail]\nfrom = 'a@example.org, b@example.org'", "must each be one address"),
        ("[mail]\nfrom = 'a@example.org'\nreply_to = 'b'", "must each be one address"),
    ],
)
def test_a_wrong_sender_is_told_in_a_sentence(tmp_path, written, advice):
    (tmp_path / "company.toml").write_text(written)
    config = make_config(tmp_path, tmp_path, mail_url="smtp://localhost")
    with pytest.raises(SettingError) as caught:
        read_sender(read_company(tmp_path), config)
    assert advice in str(caught.value)


def test_an_address_with_letters_beyond_ascii_needs_a_server_that_knows_them(envelope):
    foreign = Envelope(envelope.message, "mail", "hilfe@talwind.example", "änna@example.org")
    with mail_server() as (handler, port):
        channel(f"smtp://127.0.0.1:{port}").send(foreign)
        assert handler.arrived[0].recipients == ["änna@example.org"]
        handler.hidden = "SMTPUTF8"
        with pytest.raises(DeliveryError) as caught:
            channel(f"smtp://127.0.0.1:{port}").send(foreign)
    assert caught.value.permanent
