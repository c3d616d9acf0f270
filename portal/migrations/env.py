"""How migrations run: each in one transaction, on both databases, on the application's own connection or a given one.

SQLite makes a table anew to change it. That would take along what points to its rows, so foreign keys are not enforced
meanwhile, and after every step they are checked, and every table has as many rows as before (DR-10).
"""

from alembic import context
from flask import current_app
from sqlalchemy import inspect, text

from portal.foundation.crash import crash_point

database = current_app.extensions["migrate"].db


def is_in_models(name: str | None, kind: str, _parent: object) -> bool:
    """Full-text tables and indexes are made by hand (0004); no model knows them."""
    return not (kind in ("table", "index") and name is not None and name.startswith("fts_"))


class Losses:
    """Notices rows that a step loses without saying so in `REMOVES_ROWS_OF`."""

    def __init__(self, connection) -> None:
        self._connection = connection
        self._before = self._counted()

    def check(self, *, step, **_given) -> None:
        """After each step, inside its transaction: what is wrong takes the step back."""
        after = self._counted()
        meant = getattr(step.up_revision.module, "REMOVES_ROWS_OF", ()) if step.is_upgrade else after
        lost = [name for name, rows in after.items() if rows < self._before.get(name, 0) and name not in meant]
        if lost:
            raise RuntimeError(f"this step would lose rows of {', '.join(sorted(lost))}; nothing was changed")
        if self._connection.dialect.name == "sqlite":
            broken = self._connection.execute(text("PRAGMA foreign_key_check")).all()
            if broken:
                raise RuntimeError(f"this step would leave rows of {broken[0][0]} without what they point to")
        self._before = after
        crash_point("migration_step")

    def _counted(self) -> dict[str, int]:
        names = (name for name in inspect(self._connection).get_table_names() if not name.startswith("fts_"))
        return {name: self._connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in names}  # noqa: S608


def run() -> None:
    """Bring the schema to the wanted revision; a failing step leaves the old schema."""
    given = context.config.attributes.get("engine") or database.engine
    with given.connect().execution_options(writes=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        else:
            # Making an index takes as long as it takes; waiting for others does not (lock_timeout stays).
            connection.connection.dbapi_connection.execute("SET statement_timeout = 0")
            connection.connection.dbapi_connection.execute("SET idle_in_transaction_session_timeout = 0")
            connection.connection.dbapi_connection.commit()
        try:
            _migrate(connection)
        finally:
            if is_sqlite:
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
            else:
                connection.invalidate()


def _migrate(connection) -> None:
    losses = Losses(connection)
    connection.rollback()
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        # SQLite can roll back DDL once we begin transactions ourselves (foundation/database.py).
        transactional_ddl=True,
        transaction_per_migration=True,
        compare_type=True,
        render_as_batch=True,
        user_module_prefix="",
        include_name=is_in_models,
        on_version_apply=losses.check,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
