"""A web process holds only what pages need: each megabyte is paid for by every process (docs/decisions/0042)."""

import subprocess
import sys

from portal.foundation.config import ROOT

NOT_FOR_PAGES = {
    "alembic",
    "mako",
    "pygments",
    "whoosh",
    "psycopg",
    "snowballstemmer",
    "flask_migrate",
    "boto3",
    "jwt",
    "limits",
    "holidays.countries.france",
}


def test_a_web_process_does_not_load_what_only_commands_builders_and_the_worker_need():
    program = (
        "import sys, portal.serving; from portal.service_levels.calendar import public_holidays; "
        "public_holidays({'state': 'BW'}, 'de'); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"portal.desk.routes", "holidays.countries.germany"} <= set(run.stdout.split())
    assert NOT_FOR_PAGES.isdisjoint(run.stdout.split())
