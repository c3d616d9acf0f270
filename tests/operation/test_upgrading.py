"""A migration is made by one, after a backup that was proved, and is whole or not there (specs: DR-10)."""

import shutil
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import text

from portal.foundation.config import ROOT
from portal.foundation.database import db
from portal.foundation.errors import SettingError
from portal.foundation.sql.schema import newest_revision, refuse_foreign_schema, revision_of
from portal.operation.migrating import migrate
from portal.operation.saved import list_backups
from portal.operation.upgrading import ForeignSchema, bring_up_to_date
from tests.conftest import NOON
from tests.questions.asking import asks
from tests.visitor import Visitor

BEFORE = "0006"
STEP = """from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{newest}", None, None


def upgrade() -> None:
    with op.batch_alter_table("questions") as table:
        table.alter_column("subject", new_column_name="topic_line")
    op.execute("{statement}")
"""


def schema() -> str | None:
    with db.engine.connect() as connection:
        return revision_of(connection)


def rows(table: str) -> int:
    with db.engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}"))


def with_a_step(app: Flask, folder: Path, statement: str) -> None:
    """A newer version of the portal, whose one new step makes the questions anew and does that."""
    shutil.copytree(ROOT / "portal" / "migrations", folder)
    step = STEP.format(newest=newest_revision(), statement=statement)
    (folder / "versions" / "9999_step.py").write_text(step)
    app.extensions["migrate"].migrate.directory = str(folder)


def test_a_portal_that_holds_something_is_saved_before(app, tmp_path):
    asks(Visitor(app))
    with app.app_context():
        downgrade(revision=BEFORE)
        made = bring_up_to_date(tmp_path, NOON)
        assert schema() == newest_revision() and rows("questions") == 1
        assert made.manifest["schema"] == BEFORE and [made.folder] == list_backups(tmp_path, "upgrade")
        assert bring_up_to_date(tmp_path, NOON) is None


def test_without_a_backup_nothing_is_migrated(app, tmp_path):
    asks(Visitor(app))
    (tmp_path / "file").write_text("no folder")
    with app.app_context():
        downgrade(revision=BEFORE)
        with pytest.raises(OSError, match="file"):
            bring_up_to_date(tmp_path / "file", NOON)
        assert schema() == BEFORE


def test_two_machines_that_are_started_at_one_moment_migrate_once(app, tmp_path):
    made = []

    def start() -> None:
        with app.app_context():
            made.append(bring_up_to_date(tmp_path, NOON))

    asks(Visitor(app))
    with app.app_context():
        downgrade(revision=BEFORE)
    both = [Thread(target=start) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(each is None for each in made) == [False, True]


def test_a_table_that_is_made_anew_takes_nothing_along(app, tmp_path):
    asks(Visitor(app))
    with_a_step(app, tmp_path / "newer", "UPDATE questions SET topic_line = 'neu'")
    with app.app_context():
        migrate(db.engine)
        assert (schema(), rows("questions"), rows("messages")) == ("9999", 1, 1)


@pytest.mark.parametrize("statement", ["DELETE FROM form_stamps", "SELECT nothing"])
def test_a_step_that_loses_rows_or_fails_is_taken_back(app, tmp_path, statement):
    asks(Visitor(app))
    with_a_step(app, tmp_path / "newer", statement)
    with app.app_context():
        with pytest.raises(Exception, match=r"lose rows of form_stamps|nothing"):
            migrate(db.engine)
        assert (schema(), rows("form_stamps")) == (newest_revision(), 1)
        assert rows("questions WHERE subject <> ''") == 1


@pytest.mark.parametrize(("found", "advice"), [("9999", "a newer version"), (BEFORE, "run `flask setup` first")])
def test_a_schema_of_another_version_is_refused_with_what_to_do(app, tmp_path, found, advice):
    with app.app_context():
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": found})
        with db.engine.connect() as connection, pytest.raises(SettingError, match=advice):
            refuse_foreign_schema(connection)
        if found == "9999":
            with pytest.raises(ForeignSchema):
                bring_up_to_date(tmp_path, NOON)
