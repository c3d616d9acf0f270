"""Run the migrations that a database lacks; a web process never loads what this needs."""

from alembic import command
from flask import current_app
from sqlalchemy import Engine

from portal.foundation.sql.schema import refuse_few_letters


def migrate(engine: Engine, revision: str = "head") -> None:
    """Every step that this database lacks up to that state; each of them is whole or not done.

    SettingError when it cannot hold what people type.
    """
    with engine.connect() as connection:
        refuse_few_letters(connection)
    config = current_app.extensions["migrate"].migrate.get_config()
    config.attributes["engine"] = engine
    command.upgrade(config, revision)
