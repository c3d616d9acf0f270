"""What an operator copies from `deploy/` fits the code: settings, limits, times."""

import json
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from socketserver import ThreadingUnixStreamServer as UnixServer
from threading import Thread
from typing import ClassVar

import pytest
import yaml

from portal.draining import LINGER_SECONDS
from portal.foundation.config import read_config
from portal.foundation.errors import SettingError
from portal.foundation.settings.known import SETTINGS
from portal.foundation.web.uploads import UPLOAD_LIMIT
from tests.journeys.conftest import eventually
from tests.notifications.mail_server import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NGINX = (DEPLOY / "nginx" / "portal.conf").read_text()
# Read, not imported: it makes this process count as one of many.
SERVING = (DEPLOY.parent / "portal" / "serving.py").read_text()
UNITS = {path.name: path.read_text() for path in (DEPLOY / "systemd").iterdir()}
# For the machine of a developer, for tests, or against our advice.
NOT_FOR_OPERATORS = {"PORT", "PORTAL_CRASH_AT", "HOOK_MAY_BE_LOCAL", "ALLOW_OLD_SQLITE_WAL"}


def template() -> dict[str, str]:
    lines = (DEPLOY / "portal.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def told(text: str, name: str) -> str:
    """The value of a directive of nginx or systemd."""
    found = re.search(rf"^\s*{name}[= ]\s*([^;\n]+)", text, re.MULTILINE)
    assert found, name
    return found.group(1)


def number(name: str) -> int:
    """How gunicorn is set."""
    found = re.search(rf"^{name} = (\d+)", SERVING, re.MULTILINE)
    assert found, name
    return int(found.group(1))


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_the_template_names_every_setting_of_operators_and_no_other():
    assert set(template()) == {each.name for each in SETTINGS} - NOT_FOR_OPERATORS


def test_the_template_as_it_stands_is_not_refused_in_production(tmp_path):
    config = read_config(template() | {"PORTAL_DATA": str(tmp_path), "BACKUP_FOLDER": str(tmp_path / "backups")})
    assert config.is_production and config.proxy_hops == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORTAL_URL", "http://help.example.org", "write the https:// address"),
        ("PORTAL_URL", "", "write the https:// address"),
        ("MAIL_URL", "", "no mail would leave"),
        ("PROXY_HOPS", "0", "write how many"),
        ("SECRET_KEY", "a" * 40, "can be guessed"),
        ("SECRET_KEY", "short", "at least 32"),
        ("HOOK_URL", "http://billing.example.org", "https://"),
        ("HOOK_URL", "https://billing.example.org", "HOOK_SECRET"),
        ("PORTAL_CRASH_AT", "mail_leased", "leave it empty"),
        ("OIDC_ISSUER", "http://login.example.org", "write an https:// address"),
        ("HOOK_MAY_BE_LOCAL", "1", "leave it empty"),
        ("UPLOADS", "http://objects.example.org/bucket", "travel readable"),
        ("METRICS_TOKEN", "guessable", "at least 24"),
        ("BACKUP_FOLDER", "/dev/null/backups", "no backup can be written"),
    ],
)
def test_a_production_start_refuses_what_is_unsafe_with_a_sentence(tmp_path, name, value, sentence):
    own = {"PORTAL_DATA": str(tmp_path), "BACKUP_FOLDER": str(tmp_path / "backups")}
    unsafe = template() | own | {"UPLOADS_KEY": "name:secret"}
    unsafe |= {"OIDC_CLIENT_ID": "portal", "OIDC_CLIENT_SECRET": "secret"} if name == "OIDC_ISSUER" else {}
    unsafe |= {name: value}
    with pytest.raises(SettingError, match=re.escape(sentence)) as refused:
        read_config(unsafe)
    assert name not in ("SECRET_KEY", "METRICS_TOKEN") or value not in str(refused.value)


def test_no_image_holds_settings_or_what_people_wrote():
    """Whatever lies in the folder is copied into it, but for these."""
    left_out = (DEPLOY.parent / ".dockerignore").read_text().split("\n")
    assert {".env*", "instance", ".git", ".venv"} <= set(left_out)
    assert "env_file: ../.env.portal" in (DEPLOY / "compose.yaml").read_text()
    assert ".env*" in (DEPLOY.parent / ".gitignore").read_text().split("\n")


def test_containers_are_given_settings_that_exist():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    given = set(services["x-portal"]["environment"])
    assert given <= {each.name for each in SETTINGS} - NOT_FOR_OPERATORS
    assert {"setup", "web", "worker", "database", "redis"} == set(services["services"])
    waits = float(services["services"]["web"]["stop_grace_period"].removesuffix("s"))
    assert waits > number("graceful_timeout")


def test_nginx_takes_what_the_portal_takes_and_lets_it_refuse_the_rest():
    assert int(told(NGINX, "client_max_body_size").removesuffix("m")) * 1024 * 1024 >= UPLOAD_LIMIT


def test_nginx_gives_up_idle_connections_before_the_portal_closes_them():
    """Else it would send a form into a connection that is being closed, and may not repeat it."""
    idle = seconds(told(NGINX, "keepalive_timeout"))
    assert idle < LINGER_SECONDS and idle < number("keepalive")


def test_nginx_asks_the_next_machine_only_for_what_did_not_arrive():
    words = told(NGINX, "proxy_next_upstream").split()
    assert set(words) == {"error", "timeout"}


def test_nginx_leads_to_its_own_name_whatever_host_a_request_names():
    assert told(NGINX, "return") == "301 https://$server_name$request_uri"


def test_services_are_given_the_time_they_need_and_listen_where_nginx_asks():
    assert float(told(UNITS["portal-web.service"], "TimeoutStopSec")) > number("graceful_timeout")
    addresses = {told(UNITS["portal-web.socket"], "ListenStream"), template()["BIND"]}
    assert addresses == {told(NGINX, "server").split()[0]}


NO_NGINX = "nginx is not installed"


@pytest.fixture
def nginx(tmp_path) -> tuple[str, ...]:
    """The command that reads the whole file: only folders and addresses are others."""
    binary = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if binary is None:
        pytest.fail(NO_NGINX) if os.environ.get("CI") else pytest.skip(NO_NGINX)
    given = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=help.example.org")
    files = ("-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem")
    subprocess.run(("openssl", "req", *given, *files), check=True, capture_output=True)
    text = re.sub(r"/etc/letsencrypt/live/[^/]*|/etc/nginx|/var/(lib|log)/nginx", str(tmp_path), NGINX)
    # One door has a number, so that whoever comes has an address.
    text, doors = text.replace("listen [::]:443 ", f"listen 127.0.0.1:{free_port()} ", 1), count()
    text = re.sub(r"listen (?!127)(\S*?)(?=[ ;])", lambda _: f"listen unix:{tmp_path}/{next(doors)}", text)
    text = text.replace("server 127.0.0.1:8000", f"server unix:{tmp_path}/web")
    shutil.copytree(DEPLOY / "nginx", tmp_path, dirs_exist_ok=True)
    kinds = ("proxy", "fastcgi", "uwsgi", "scgi", "client_body")
    paths = "".join(f"{each}_temp_path {tmp_path}/{each}; " for each in kinds)
    # As Debian has it: whatever is said further down must be said so that this is not written as well.
    rest = f"access_log {tmp_path}/access.log; error_log {tmp_path}/error.log; {paths} {text}"
    whole = f"pid {tmp_path}/pid; daemon off; master_process off; events {{}} http {{ {rest} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    return (binary, "-e", f"{tmp_path}/log", "-c", f"{tmp_path}/nginx.conf")


def test_nginx_itself_finds_no_fault(nginx):
    """Every word of the file, in a server that does nothing but read it."""
    checked = subprocess.run((*nginx, "-t"), capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


class Kept(BaseHTTPRequestHandler):
    """A portal that says in which form it was asked for its page."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        encoding = self.headers.get("Accept-Encoding", "")
        self.asked.append(encoding)
        self.send_response(200)
        for name, value in (("Cache-Control", "public, s-maxage=30"), ("Vary", "Accept-Encoding"), ("X-For", encoding)):
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def address_string(self) -> str:
        return ""

    def log_message(self, *_given: object) -> None:
        pass


def form_for(door: Path, accepted: str) -> str:
    """The form of the page that a browser with these words gets from nginx."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(20)
        plain.connect(str(door))
        with context.wrap_socket(plain, server_hostname="help.example.org") as line:
            own = f"Accept-Encoding: {accepted}\r\n" if accepted else ""
            line.sendall(f"GET /de/ HTTP/1.1\r\nHost: help.example.org\r\n{own}Connection: close\r\n\r\n".encode())
            found = re.search(rb"X-For: (\w+)", b"".join(iter(lambda: line.recv(4096), b"")))
    assert found
    return found[1].decode()


WAYS = {
    "br": ("gzip, deflate, br", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8", "BR"),
    "gzip": ("gzip", "gzip, deflate", "deflate,gzip;q=0.5", "br;q=0, gzip"),
    "identity": ("", "identity", "deflate", "brotli", "gzip;q=0"),
}


@contextmanager
def kept_by(nginx: tuple[str, ...], folder: Path) -> Iterator[UnixServer]:
    """The portal above behind a running nginx."""
    Kept.asked = []
    with UnixServer(str(folder / "web"), Kept) as portal:
        Thread(target=portal.serve_forever, daemon=True).start()
        server = subprocess.Popen(nginx, stderr=subprocess.DEVNULL)
        try:
            assert eventually((folder / "2").exists, seconds=20)
            yield portal
        finally:
            server.terminate()
            server.wait(timeout=20)
            portal.shutdown()


def test_nginx_keeps_a_page_once_for_each_form_however_a_browser_asks_for_it(nginx, tmp_path):
    with kept_by(nginx, tmp_path):
        got = {form: [form_for(tmp_path / "2", way) for way in ways] for form, ways in WAYS.items()}
    assert got == {form: [form] * len(ways) for form, ways in WAYS.items()}
    assert Kept.asked == list(WAYS)


def test_nginx_writes_down_no_key_and_no_whole_address_and_has_pages_for_what_it_says_itself(nginx, tmp_path):
    (port,), key = re.findall(r"listen 127\.0\.0\.1:(\d+)", (tmp_path / "nginx.conf").read_text()), "k" * 43
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def asked(method: str, path: str, **head: str) -> tuple[int, str, str]:
        line = HTTPSConnection("127.0.0.1", int(port), timeout=20, context=context)
        line.request(method, path, headers={"Host": "help.example.org", "Referer": f"https://x/?key={key}", **head})
        answer = line.getresponse()
        page = answer.read().decode()
        line.close()
        return answer.status, answer.getheader("Content-Security-Policy") or "", page

    with kept_by(nginx, tmp_path) as portal:
        assert [asked("GET", f"/{path}")[0] for path in (f"de/questions/1?key={key}", f"receipt/{key}/download")] == [
            200
        ] * 2
        large = asked("POST", "/de/questions/new", **{"Content-Length": "27262977"})
        longest, head = asked("GET", f"/de/search?q={key * 230}"), asked("GET", "/de/", Cookie=key * 230)
        portal.shutdown()
        portal.server_close()
        away = asked("GET", f"/de/contact?key={key}")
    said = (
        (large, 413, "zu groß"),
        (longest, 414, "nicht lesbar"),
        (head, 400, "nicht lesbar"),
        (away, 502, "gleich wieder da"),
    )
    for (status, policy, page), expected, words in said:
        assert status == expected and "default-src 'none'" in policy and words in page and 'lang="en"' in page
    lines = [json.loads(line) for line in (tmp_path / "portal.log").read_text().splitlines()]
    # Of an address that is too long nothing was read.
    paths = ["/de/questions/1", "/receipt/…", "/de/questions/new", "", "/de/", "/de/contact"]
    assert [each["path"] for each in lines] == paths and {each["network"] for each in lines} == {"127.0.0.0"}
    assert not any("kkkk" in each.read_text() for each in (*tmp_path.glob("*.log"), tmp_path / "log"))


def test_a_command_by_hand_has_the_settings_of_the_services(tmp_path):
    command = tmp_path / ".venv" / "bin" / "flask"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\nprintf "%s|" "$MAIL_URL" "$PORTAL_HOSTS" "$OIDC_NAME" "$@"\n')
    command.chmod(0o755)
    settings = tmp_path / "portal.env"
    lines = ("# MAIL_URL=smtp://wrong", "", "MAIL_URL=smtp://a:p$w & x=1#2@mail.example.org", "PORTAL_HOSTS=")
    settings.write_text("\n".join((*lines, "OIDC_NAME='Our \"house\"'")))
    me = pwd.getpwuid(os.getuid()).pw_name
    given = os.environ | {"PORTAL_SETTINGS": str(settings), "PORTAL_HOME": str(tmp_path), "PORTAL_USER": me}
    run = [str(DEPLOY / "portal"), "user", "add", "a b@example.org"]
    said = subprocess.run(run, env=given, capture_output=True, text=True, check=True).stdout
    assert said == 'smtp://a:p$w & x=1#2@mail.example.org||Our "house"|--app|app|user|add|a b@example.org|'


def test_a_command_by_hand_without_settings_does_nothing(tmp_path):
    given = os.environ | {"PORTAL_SETTINGS": str(tmp_path / "missing"), "PORTAL_HOME": str(tmp_path)}
    done = subprocess.run([str(DEPLOY / "portal"), "check"], env=given, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "missing" in done.stderr
