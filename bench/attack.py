"""`make attack`: a portal of the demo company on this machine, attacked by fuzzers and a scanner.

It ends with 1 when somebody must look at something. Everything stays on the loopback address and in a folder that is
thrown away. ARGS: `--examples 250` is how often each address, form and parser is tried, `--minutes 10` how long the
scanner may take, `--only scanner` or `--only fuzzers`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.content import DEMO
from bench.servers import Server, portal_environment, portal_server, set_up
from portal.foundation.config import ROOT

# Modules that need a machine elsewhere (ssrf, xxe, nikto, wapp) or guess passwords are left out: nothing leaves.
MODULES = (
    "backup,buster,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,"
    "shellshock,sql,xss"
)
# What the scanner says of every portal, and why it is none: by its category and a part of what it says.
KNOWN = {
    ("HTTP Secure Headers", "X-XSS-Protection"): "browsers have dropped this header; the policy forbids inline script",
    ("Cross Site Request Forgery", "Lack of"): "public forms carry no token, the origin of the browser decides (SR-13)",
}
NO_FINDING = "no finding"
# A scanner that has seen fewer has proved nothing.
FEWEST_PAGES = 100


@dataclass(frozen=True)
class Finding:
    """One line of the table: who says what of which address, and what we say."""

    by: str
    what: str
    where: str
    verdict: str

    @property
    def is_real(self) -> bool:
        """Whether somebody must look."""
        return not self.verdict.startswith(NO_FINDING)


def main() -> int:
    """Attack, print the table, and say by the exit status whether something was found."""
    wanted = _arguments()
    found: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="portal-attacked-") as name:
        folder = Path(name)
        if wanted.only != "scanner":
            found += fuzz(folder, wanted.examples)
        if wanted.only != "fuzzers":
            found += scan(folder, wanted.minutes)
    print(f"\n  {'by':9} {'what':34} {'where':44} verdict")
    for each in found:
        print(f"  {each.by:9} {each.what[:34]:34} {each.where[:44]:44} {each.verdict}")
    real = sum(each.is_real for each in found)
    print(f"\n  {real} findings to look at, {len(found) - real} that are none.\n")
    return 1 if real else 0


def fuzz(folder: Path, examples: int) -> list[Finding]:
    """Run tests/attacks with that many examples; each failing test is a finding."""
    log = folder / "fuzzed.jsonl"
    environment = {**os.environ, "PORTAL_ATTACK_EXAMPLES": str(examples), "PORTAL_ATTACK_LOG": str(log)}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "--tb=short", "tests/attacks"]
    print(f"\n  Fuzzers: every address, form and parser, {examples} examples …", flush=True)
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=7200, check=False)
    _print_counts(log)
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED tests", "ERROR tests"))]
    if run.returncode and not failed:
        failed = [f"FAILED {run.stdout[-300:]}{run.stderr[-300:]}"]
    if failed:
        print(run.stdout)
    return [Finding("fuzzer", *_split(line), "to look at: above") for line in failed]


def _split(line: str) -> tuple[str, str]:
    name = line.split(" ", 2)[1] if " " in line else line
    return name.rpartition("::")[2], name.partition("::")[0]


def _print_counts(log: Path) -> None:
    for line in log.read_text().splitlines() if log.exists() else ():
        told = json.loads(line)
        answers = Counter({str(status): amount for status, amount in told["answers"].items()})
        kinds = ", ".join(f"{status}: {amount}" for status, amount in sorted(answers.items()))
        forms = f"{told['forms']} forms, " if told["forms"] else ""
        print(f"    {told['what']:28} {forms}{answers.total()} requests ({kinds})")


def scan(folder: Path, minutes: int) -> list[Finding]:
    """Let the scanner of Debian loose on a running portal; what it reports is judged by KNOWN."""
    if shutil.which("wapiti") is None:
        return [Finding("wapiti", "is not installed", "apt-get install wapiti", "to look at: the scanner did not run")]
    with running_demo(folder) as server:
        print(f"\n  Scanner: wapiti against http://127.0.0.1:{server.port}, at most {minutes} minutes …", flush=True)
        report = folder / "report.json"
        command = ["wapiti", "--url", f"http://127.0.0.1:{server.port}/de/", "--scope", "domain", "--module", MODULES]
        for start in ("kuendigen", "de/questions/new", "de/account/sign-in", "de/contact", "en/"):
            command += ["--start", f"http://127.0.0.1:{server.port}/{start}"]
        # It cannot unpack Brotli, says that it can, and then finds no link on any page.
        command += ["--header", "Accept-Encoding: identity"]
        command += ["--header", "X-Forwarded-Proto: https", "--no-bugreport", "--flush-session", "--verbose", "0"]
        command += ["--max-scan-time", str(minutes * 20), "--max-attack-time", str(max(20, minutes * 60 // 17))]
        command += ["--depth", "6", "--max-links-per-page", "40", "--max-files-per-dir", "15", "--timeout", "10"]
        command += ["--store-session", str(folder / "session"), "--store-config", str(folder / "scanner")]
        command += ["--format", "json", "--output", str(report)]
        environment = {**os.environ, "HOME": str(folder), "no_proxy": "*"}
        ran = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=minutes * 120 + 600,
            check=False,
        )
        if not report.is_file():
            return [Finding("wapiti", "gave no report", (ran.stdout + ran.stderr)[-200:], "to look at")]
        told, answers = json.loads(report.read_text()), _answers(server)
    print(f"    {sum(answers.values())} answers ({', '.join(f'{kind}: {amount}' for kind, amount in answers.items())})")
    found = [_judged(kind, each) for kind, entries in _reported(told) for each in entries]
    if answers.get("2xx", 0) < FEWEST_PAGES:
        found.append(Finding("wapiti", f"met {answers.get('2xx', 0)} pages", "", "to look at: it has seen hardly any"))
    if not answers or answers.get("5xx"):
        found.append(Finding("portal", f"{answers.get('5xx', 'no')} errors of ours", "/metrics", "to look at: its log"))
        print((folder / "log").read_text()[-5000:])
    return found


def _answers(server: Server) -> dict[str, int]:
    """What the portal has counted of its answers, by kind; nothing when it does not answer any more."""
    _status, _headers, body = server.get("/metrics", Host="localhost")
    counted = re.findall(r'portal_answers_total\{status="(\dxx)"\} ([0-9.]+)', body.decode())
    return {kind: int(float(amount)) for kind, amount in counted if float(amount)}


def _reported(told: dict) -> Iterator[tuple[str, list[dict]]]:
    for part in ("vulnerabilities", "anomalies"):
        yield from told.get(part, {}).items()


def _judged(kind: str, entry: dict) -> Finding:
    verdicts = [why for (known, part), why in KNOWN.items() if known == kind and part in json.dumps(entry)]
    where = f"{entry['method']} {entry['path']} {entry.get('parameter') or ''}"
    return Finding(
        "wapiti", f"{kind}: {entry['info']}", where, f"{NO_FINDING}: {verdicts[0]}" if verdicts else "to look at"
    )


@contextmanager
def running_demo(folder: Path) -> Iterator[Server]:
    """The demo company with its people and questions, served with the settings of production."""
    data, log = folder / "data", folder / "log"
    set_up(data, DEMO, log)
    with log.open("ab") as written:
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "seed"],
            cwd=ROOT, env={**os.environ, **portal_environment(data, DEMO), "PROXY_HOPS": "0"},
            stdout=written, stderr=written, check=True,
        )  # fmt: skip
    server = portal_server(data, DEMO, log)
    server.add_settings(
        PORTAL_STAGE="production",
        PORTAL_URL="https://localhost",
        PORTAL_HOSTS="127.0.0.1",
        MAIL_URL="smtp://127.0.0.1:9",
    )
    with server:
        server.wait_for("/healthz", seconds=90, Host="localhost")
        yield server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=250)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--only", choices=("fuzzers", "scanner"), default="")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
