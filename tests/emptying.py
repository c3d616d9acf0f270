"""Empties a database of PostgreSQL after a test, which is a tenth of the work of making another one.

The function that does it is made once, beside the tables, and comes along with every copy of the database.
"""

import time

import psycopg

# What a database is but for its rows: who changes a table, a trigger, a setting or the statistics leaves another number
# of rows in one of these or a row that is newer than the function.
_CATALOGS = {
    **dict.fromkeys(("pg_class", "pg_constraint", "pg_trigger", "pg_proc"), "oid"),
    **{"pg_attribute": "attrelid", "pg_statistic": "starelid"},
}
# Below this number everything is the server's own.
_FIRST = 16384
_SHAPE = "concat_ws(' ', {}, (SELECT count(*) FROM pg_db_role_setting))".format(
    ", ".join(
        f"(SELECT concat(count(*), '+', count(*) FILTER (WHERE age(xmin) < age('{{made}}'::xid))) FROM {name} "
        f"WHERE {number} >= {_FIRST})"
        for name, number in _CATALOGS.items()
    )
)
_EMPTIED = f"""
CREATE FUNCTION tests.emptied() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
    {{steps}}
    PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) > 0;
    RETURN {_SHAPE};
END $$"""
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def prepare(address: str) -> str:
    """Give a migrated database what it takes to come back to this state; what `emptied` says of one that has."""
    connection = keeper(address)
    connection.execute("CREATE SCHEMA tests")
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    steps = []
    for (table,) in found:
        steps.append(f"IF EXISTS (SELECT FROM public.{table}) THEN DELETE FROM public.{table}; END IF;")
        if connection.execute(f"SELECT 1 FROM public.{table} LIMIT 1").fetchone():
            connection.execute(f"CREATE TABLE tests.{table} AS TABLE public.{table}")
            steps.append(f"INSERT INTO public.{table} TABLE tests.{table};")
    made = _said(connection, "SELECT pg_current_xact_id()")
    connection.execute(_EMPTIED.format(steps="\n    ".join(steps), made=made))
    state = emptied(connection)
    connection.close()
    return state


def keeper(address: str) -> psycopg.Connection:
    """A connection that may delete what must never be deleted, in any order."""
    connection = psycopg.connect(address, autocommit=True)
    # Not in the function: there it would make the server plan every statement anew.
    connection.execute("SET session_replication_role = replica")
    return connection


def emptied(connection: psycopg.Connection) -> str:
    """Take out of the database everything that was not there at the beginning, and whoever is still connected.

    What comes back says whether anything but rows was changed.
    """
    for _ in range(20):
        if _said(connection, f"SELECT count(*) {_OTHERS}") == "0":
            break
        # Whoever has just hung up is gone in a moment; the server looks only every 100 ms.
        time.sleep(0.002)
    else:
        connection.execute(f"SELECT pg_terminate_backend(pid, 5000) {_OTHERS}")
    return _said(connection, "SELECT tests.emptied()")


def _said(connection: psycopg.Connection, question: str) -> str:
    row = connection.execute(question).fetchone()
    assert row is not None
    return str(row[0])
