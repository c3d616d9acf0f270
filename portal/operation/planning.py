"""What a database must know about its tables to choose the right index."""

from sqlalchemy import Engine

from portal.operation.rows import take_time

# Rows of an index that SQLite looks at: enough to tell a rare value from a common one, done in a moment at any size.
# Without this bound it would keep samples of values as well, and then plan statements anew for each value that they are
# given: each word form of a search, for instance (docs/decisions/0061).
_LOOKED_AT = 1000


def measure_tables(engine: Engine) -> None:
    """Count anew what the planner goes by: without it a large table is read where an index was there."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        take_time(connection)
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA analysis_limit={_LOOKED_AT}")
        connection.exec_driver_sql("ANALYZE")
