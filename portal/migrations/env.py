"""How migrations run: on the application's own connection, each in one transaction, on both databases."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def is_in_models(name: str | None, kind: str, _parent: object) -> bool:
    """Full-text tables and indexes are made by hand (0004); no model knows them."""
    return not (kind in ("table", "index") and name is not None and name.startswith("fts_"))


def run() -> None:
    """Bring the schema to the wanted revision; a failing step leaves the old schema."""
    with database.engine.connect().execution_options(writes=True) as connection:
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
        )
        with context.begin_transaction():
            context.run_migrations()


run()
