"""`make machines`: two machines with web and worker, nginx in front, one PostgreSQL and one Redis, and what happens.

It prints a table of what was seen, and exits with 1 when something was lost or failed. `--only killed,renewed` runs
these steps alone; `--before COMMIT` names the older code of the rolling migration, else that before the newest step.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.lab import BIN, FRONT, HALL, MACHINES, ROOT, UNTIL_ASKED_AGAIN, Lab, bin_of, run, until
from portal.foundation.sql.schema import newest_revision

VOTES = "SELECT count(*) FROM article_feedback"
UPLOADS = "SELECT count(*) FROM attachments"
ONE, OTHER = MACHINES
STEPS_IN = "portal/migrations/versions/"
# A process that holds the address, as systemd does for portal-web.socket, and begins the web server anew at each line.
HOLDER = """
import os, signal, socket, subprocess, sys
door = socket.create_server((sys.argv[1], 8000), backlog=2048)
os.dup2(door.fileno(), 3); os.set_inheritable(3, True)
command = ("sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", *sys.argv[2:])
begin = lambda: subprocess.Popen(command, pass_fds=(3,))
web = begin()
for line in sys.stdin:
    web.terminate(); web.wait(); web = begin()
"""
# What `rclone copy` or `aws s3 sync` do: the same names on the other side.
MOVER = """
import sys; from pathlib import Path; from portal.attachments.storage.objects import ObjectStorage
folder, bucket = Path(sys.argv[1]), ObjectStorage(*sys.argv[2:])
for path in folder.glob("??/??/*"):
    with path.open("rb") as file:
        bucket.bring_back("".join(path.relative_to(folder).parts), file)
"""


class Story:
    """What happens to one installation after the other, and what was seen of it."""

    def __init__(self, lab: Lab, before: str) -> None:
        self.lab, self.before = lab, before
        self.rows: list[tuple[str, str, bool]] = []

    def tell(self, what: str, seen: str, holds: bool) -> None:
        """A row of the table."""
        self.rows.append((what, seen, holds))
        print(f"{'  ' if holds else '! '}{what}: {seen}", flush=True)

    def client(self, *given: str, seconds: int = 240):
        """What a caller in the hall has to say."""
        return answer_of(client(*given), seconds)

    def begin(self) -> None:
        """Two machines behind nginx."""
        self.lab.set_up()
        for name in MACHINES:
            self.lab.start_machine(name)
        self.lab.start_nginx(*MACHINES)
        took = self.lab.ready(*MACHINES)
        self.tell("two machines with web and worker", f"ready after {took:.0f} s", True)

    def signed_in(self) -> None:
        """Sign-in on one works on the other, and its end is the end on both."""
        here, there = MACHINES.values()
        cookie = self.client("sign-in", here)
        seen = [self.client("get", each, "/de/account/overview", cookie)[0] for each in (here, there)]
        self.lab.answers("UPDATE sessions SET ended_at = now() RETURNING 1")
        self.tell("signed in on one, asked on both", f"answers {seen}", seen == [200, 200])

    def limits(self) -> None:
        """Limits hold together."""
        answers = self.client("limits", ",".join(MACHINES.values()), "70")
        seen = f"70 calls in turn: {answers.count(200)} answered, {answers.count(429)} refused (60 are allowed)"
        self.tell("limits of both together", seen, answers.count(200) == 60)

    def uploads(self) -> None:
        """What one took is read from the other."""
        here, there = MACHINES.values()
        for first, second in ((here, there), (there, here)):
            place = self.client("upload", first)
            seen = self.client("get", second, place)
            where = "bucket" if "http" in self.lab.environment["UPLOADS"] else "shared folder"
            self.tell(f"a picture in the {where}, taken by one, read from the other", f"answer {seen}", seen[0] == 200)

    def content(self) -> None:
        """A changed article reaches all."""
        article = next((self.lab.folder / "content" / "faq" / "de").rglob("rechnung-finden.md"))
        article.write_text(article.read_text() + "\n\nNeuer Satz über Schneeglöckchen.\n")
        path = "/de/faq/rechnung/rechnung-finden"
        took = until(lambda: all("Schneeglöckchen" in self.lab.page(name, path) for name in MACHINES))
        self.tell("a changed article is on both machines", f"after {took:.1f} s", True)

    def killed(self) -> None:
        """A machine dies under load."""
        with self.under_load("a machine killed under load (its own requests may fail)", may_fail=True):
            time.sleep(6)
            self.lab.stop_machine(OTHER, signal.SIGKILL)
            time.sleep(12)
        self.lab.start_machine(OTHER)
        self.lab.ready(OTHER)
        time.sleep(UNTIL_ASKED_AGAIN)

    def renewed(self) -> None:
        """Both machines are renewed, one after the other."""
        with self.under_load("rolling restart under load"):
            self.renew(ROOT)

    def renew(self, code: Path, *, migrates: bool = False) -> None:
        """One machine after the other, as docs/operating.md says."""
        for name in MACHINES:
            self.lab.stop_machine(name)
            if migrates:
                # What portal-web.service does before its start; the other goes on with the schema of now.
                self.lab.flask("setup", name=name)
            self.lab.start_machine(name, code=code)
            self.lab.ready(name)
            time.sleep(UNTIL_ASKED_AGAIN)

    def held(self) -> None:
        """A single machine whose address is held by somebody else is renewed."""
        for name in MACHINES:
            self.lab.stop_machine(name)
        self.lab.end("nginx")
        at = self.lab.environment | {"PORTAL_DATA": str(self.lab.folder / ONE)}
        command = (sys.executable, "-c", HOLDER, MACHINES[ONE], str(BIN / "gunicorn"), "--config", "portal/serving.py")
        with (self.lab.folder / "holder.log").open("wb") as log:
            holder = subprocess.Popen(
                ("ip", "netns", "exec", ONE, *command), cwd=ROOT, env=at, stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        try:
            self.lab.ready(ONE)
            self.lab.start_nginx(ONE)
            with self.under_load("one machine with portal-web.socket, renewed twice under load"):
                for _ in range(2):
                    time.sleep(4)
                    assert holder.stdin is not None
                    holder.stdin.write(b"\n")
                    holder.stdin.flush()
                    time.sleep(12)
        finally:
            for child in Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split():
                subprocess.run(("kill", child), check=False)
            holder.kill()
            holder.wait()
            time.sleep(3)
        self.lab.end("nginx")
        for name in MACHINES:
            self.lab.start_machine(name)
        self.lab.start_nginx(*MACHINES)
        self.lab.ready(*MACHINES)

    def without_redis(self) -> None:
        """Redis goes; nothing else does."""
        self.lab.end("redis", signal.SIGKILL)
        answers = self.client("limits", FRONT, "10")
        seen = f"{answers.count(200)} of 10 answered, {answers.count(429)} refused"
        self.tell("without Redis", seen, set(answers) <= {200, 429})

    def objects(self) -> None:
        """Files move into object storage, as docs/attachments.md says: copied while nobody writes."""
        self.client("bucket", FRONT)
        # http is refused in production, and a certificate for the bucket would prove nothing more.
        changes = {"UPLOADS": f"http://{FRONT}:9000/portal/files", "UPLOADS_KEY": "portal:secret"}
        self.lab.environment |= {"PORTAL_STAGE": "development"} | changes
        for name in MACHINES:
            self.lab.stop_machine(name)
        place = tuple(changes.values())
        run(sys.executable, "-c", MOVER, str(self.lab.folder / "shared"), *place, "us-east-1", where=HALL, cwd=ROOT)
        for name in MACHINES:
            self.lab.start_machine(name)
        self.lab.ready(*MACHINES)
        self.uploads()

    def migrated(self) -> None:
        """Old and new code run together while the schema changes."""
        code = older_code(self.before, self.lab.folder / "before")
        if code is None:
            self.tell("rolling migration", "skipped: the history with the code before is not here", True)
            return
        for name in MACHINES:
            self.lab.stop_machine(name)
        self.lab.end("nginx")
        self.lab.answers("SELECT 1")
        sql = "import psycopg,sys; psycopg.connect(sys.argv[1], autocommit=True).execute('CREATE DATABASE older')"
        run(sys.executable, "-c", sql, f"{self.lab.server}/postgres", where=HALL)
        self.lab.environment |= {"DATABASE_URL": f"{self.lab.server}/older"}
        for name in MACHINES:
            shutil.rmtree(self.lab.folder / name)
        self.lab.set_up(code=code)
        for name in MACHINES:
            # Code of before UPLOADS keeps files below its data folder.
            (self.lab.folder / name / "uploads").symlink_to(self.lab.folder / "shared")
            self.lab.start_machine(name, code=code)
        self.lab.start_nginx(*MACHINES)
        self.lab.ready(*MACHINES)
        was = self.lab.answers("SELECT version_num FROM alembic_version")
        with self.under_load(f"rolling migration under load, {was} to {newest_revision()}, then both machines renewed"):
            time.sleep(4)
            self.renew(ROOT, migrates=True)
        now = self.lab.answers("SELECT version_num FROM alembic_version")
        self.tell("schema afterwards", f"{was} before, {now} now", now == newest_revision())

    def checked(self) -> None:
        """Nothing is lost or doubled."""
        said = self.lab.flask("check").strip().splitlines()
        self.tell("`flask check` at the end", said[-1], said[-1] == "0 faults.")

    def under_load(self, what: str, *, may_fail: bool = False) -> "UnderLoad":
        """A `with` block during which people work; the row compares what they were told with what is kept."""
        return UnderLoad(self, what, may_fail)


class UnderLoad:
    """Ten people at work."""

    def __init__(self, story: Story, what: str, may_fail: bool) -> None:
        self.story, self.what, self.may_fail = story, what, may_fail
        self.stop = story.lab.folder / "stop"

    def __enter__(self) -> None:
        self.stop.unlink(missing_ok=True)
        lab = self.story.lab
        self.before = int(lab.answers(VOTES)), int(lab.answers(UPLOADS))
        self.process = client("load", str(self.stop), "10")
        time.sleep(3)

    def __exit__(self, *_problem: object) -> None:
        time.sleep(2)
        self.stop.touch()
        told, lab = answer_of(self.process, 120), self.story.lab
        votes, uploads = int(lab.answers(VOTES)) - self.before[0], int(lab.answers(UPLOADS)) - self.before[1]
        failed = sorted({f"{told['failed'].count(each)} x {each}" for each in told["failed"]})
        asked = told["votes"] + told["uploads"] + told["reads"] + told["refused"] + len(told["failed"])
        seen = (
            f"{asked} requests, {len(told['failed'])} failed{failed or ''}; {told['votes']} votes told, {votes} kept; "
            f"{told['uploads']} files told, {uploads} kept; {told['refused']} refused by limits; "
            f"longest {told['longest']} s"
        )
        is_kept = votes >= told["votes"] and uploads >= told["uploads"]
        self.story.tell(self.what, seen, is_kept and (self.may_fail or not told["failed"]))


def client(*given: str) -> "subprocess.Popen[str]":
    """A caller in the hall; its standard output is JSON."""
    command = ("ip", "netns", "exec", HALL, sys.executable, "-m", "bench.lab_client", *given)
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def answer_of(process: "subprocess.Popen[str]", seconds: int):
    """What it printed at its end."""
    said = process.communicate(timeout=seconds)[0]
    if process.returncode:
        sys.exit("  a caller failed")
    return json.loads(said)


def older_code(before: str, folder: Path) -> Path | None:
    """The code of before the newest step of the schema, with catalogs and packages; None where there is no history."""

    def git(*words: str) -> str:
        done = subprocess.run(("git", *words), cwd=ROOT, check=False, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    def is_before(commit: str) -> bool:
        names = [Path(each).name[:4] for each in git("ls-tree", "--name-only", commit, STEPS_IN).split()]
        steps = [each for each in names if each.isdigit()]
        return newest_revision() not in steps and len(set(steps)) == len(steps)

    # What main was before the step came; steps that were only touched meanwhile say nothing of the rest of the code.
    added = git("log", "--format=%H^", "--diff-filter=A", "--", f"{STEPS_IN}{newest_revision()}*").split()
    touched = git("log", "--format=%H", "--", STEPS_IN).split()
    commit = before or next((each for each in (*added, *touched) if is_before(each)), "")
    if not commit or not git("rev-parse", "--verify", "-q", commit):
        return None
    folder.mkdir()
    archive = folder.with_suffix(".tar")
    git("archive", "-o", str(archive), commit)
    run("tar", "-x", "-f", str(archive), "-C", str(folder))
    for catalog in (folder / "portal" / "translations").rglob("*.po"):
        run(str(BIN / "pybabel"), "-q", "compile", "-i", str(catalog), "-o", str(catalog.with_suffix(".mo")))
    if (folder / "requirements.txt").read_text() != (ROOT / "requirements.txt").read_text():
        run(sys.executable, "-m", "venv", str(folder / ".venv"))
        pip = (str(bin_of(folder) / "pip"), "--disable-pip-version-check", "-qq")
        run(*pip, "install", "--require-hashes", "-r", str(folder / "requirements.txt"))
    return folder


STEPS = (
    "signed_in",
    "limits",
    "uploads",
    "content",
    "killed",
    "renewed",
    "held",
    "objects",
    "without_redis",
    "checked",
)


def main() -> int:
    """Everything, one after the other."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--only", default="")
    wanted.add_argument("--before", default="")
    given = wanted.parse_args()
    only = [each for each in given.only.split(",") if each]
    folder = Path(tempfile.mkdtemp(prefix="portal-machines-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        lab = Lab(folder)
        stack.callback(lab.clear)
        lab.build()
        lab.start_services()
        story = Story(lab, given.before)
        story.begin()
        for step in (*STEPS[:7], "migrated", *STEPS[7:]):
            if not only or step in only:
                getattr(story, step)()
    width = max(len(what) for what, _, _ in story.rows)
    print("\n" + "\n".join(f"{'ok ' if holds else 'NO '} {what:<{width}}  {seen}" for what, seen, holds in story.rows))
    return 0 if all(holds for _, _, holds in story.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
