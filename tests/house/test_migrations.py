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
def inside(app_on_both: Flask):
    """The migrated application, once on each database."""
    with app_on_both.app_context():
        yield app_on_both


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


def test_there_is_one_newest_migration_and_no_branch(inside):
    versions = db.session.scalars(text("SELECT version_num FROM alembic_version")).all()
    assert len(versions) == 1
