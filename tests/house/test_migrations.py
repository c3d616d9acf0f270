"""The migrated schema is that of the models, on both databases, and migrations go forward and back."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from portal.foundation.database import db, transaction
from portal.tables import ROOMS  # noqa: F401  (every table is known)

TABLES = set(db.metadata.tables)


@pytest.fixture
def inside(app: Flask):
    """The migrated application, once on each database."""
    with app.app_context():
        yield app


def tables() -> set[str]:
    found = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in found if is_in_models(name, "table", None)}


def full_text() -> set[str]:
    return {name for name in inspect(db.engine).get_table_names() if name.startswith("fts_")}


def is_in_models(name: str | None, _kind: str, _parent: object) -> bool:
    """Full-text tables and indexes are made by hand; they are tried in tests/desk."""
    return name is None or not name.startswith("fts_")


def test_the_migrated_schema_equals_the_models(inside):
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_in_models}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []
    assert tables() == TABLES


def test_constraints_have_the_names_of_the_models(inside):
    found = inspect(db.engine)
    for table in db.metadata.tables.values():
        assert found.get_pk_constraint(table.name)["name"] == table.primary_key.name
        unique = {each["name"] for each in found.get_unique_constraints(table.name)}
        assert unique == {each.name for each in table.constraints if each.__visit_name__ == "unique_constraint"}


def test_going_all_the_way_back_leaves_nothing_and_forward_again_everything(inside):
    downgrade(revision="base")
    assert tables() == set() and not full_text()
    upgrade()
    assert tables() == TABLES


def test_migrating_again_changes_nothing_and_keeps_every_row(inside):
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO article_counts (day, language, article_number, clicks) VALUES ('2026-12-16', 'de', 121, 3)"
            )
        )
    upgrade(), upgrade()
    assert db.session.scalar(text("SELECT clicks FROM article_counts")) == 3


@pytest.mark.parametrize("migrated", ["postgresql"], indirect=True)
def test_a_step_outside_of_a_transaction_goes_on_where_it_was_broken_off(inside):
    downgrade(revision="0017")
    with transaction():
        db.session.execute(text("CREATE INDEX fts_notes_new ON notes USING gin (to_tsvector('german', body))"))
        db.session.execute(text("ALTER INDEX fts_customers RENAME TO fts_customers_old"))
        db.session.execute(text("CREATE INDEX fts_customers ON customers (id, name)"))
    upgrade()
    found = db.session.scalars(text("SELECT indexrelid::regclass::text FROM pg_index WHERE indnatts = 2")).all()
    assert {"fts_messages", "fts_notes", "fts_questions", "fts_customers"} <= set(found)
    left = "SELECT count(*) FROM pg_class WHERE relname LIKE 'fts%' AND relkind = 'i'"
    assert db.session.scalar(text(left)) == 4


def test_there_is_one_newest_migration_and_no_branch(inside):
    versions = db.session.scalars(text("SELECT version_num FROM alembic_version")).all()
    assert len(versions) == 1
