"""A step of the schema only adds, so that the version before goes on beside it (DR-10; docs/operating.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

STEPS = Path(__file__).resolve().parents[2] / "portal" / "migrations" / "versions"
# What the code of the version before may still use. A step that takes it away says `CONTRACTS = "0.2"`: the version
# that was the first to do without.
TAKES_AWAY = {"drop_column", "drop_table", "rename_table", "drop_constraint"}


def breaks(source: str) -> Iterator[str]:
    """What in `upgrade` the version before could not live with."""
    tree = ast.parse(source)
    if any(isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == "CONTRACTS" for each in tree.body):
        return
    (upgrade,) = (each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "upgrade")
    for call in (each for each in ast.walk(upgrade) if isinstance(each, ast.Call)):
        name, said = getattr(call.func, "attr", ""), {each.arg: each.value for each in call.keywords}
        if name in TAKES_AWAY:
            yield f"line {call.lineno}: {name}"
        if name == "alter_column" and ("new_column_name" in said or _is_demanded(said)):
            yield f"line {call.lineno}: the version before cannot write this column"
        if name == "add_column":
            column = next(each for each in call.args if isinstance(each, ast.Call))
            of_column = {each.arg: each.value for each in column.keywords}
            if _is_demanded(of_column) and "server_default" not in of_column:
                yield f"line {call.lineno}: the version before does not fill this column"


def _is_demanded(said: dict) -> bool:
    return getattr(said.get("nullable"), "value", True) is False


# Those up to 0014 were made before the first release: nothing runs beside them.
@pytest.mark.parametrize("path", [each for each in sorted(STEPS.glob("[0-9]*.py")) if each.stem > "0015"])
def test_a_step_takes_nothing_away_that_the_version_before_uses(path):
    assert not list(breaks(path.read_text()))


@pytest.mark.parametrize(
    ("line", "is_fine"),
    [
        ("op.create_table('a', sa.Column('b', sa.Text(), nullable=False))", True),
        ("op.create_index('ix', 'a', ['b'])", True),
        ("op.add_column('a', sa.Column('b', sa.Text(), nullable=True))", True),
        ("op.add_column('a', sa.Column('b', sa.Text(), nullable=False, server_default=''))", True),
        ("op.add_column('a', sa.Column('b', sa.Text(), nullable=False))", False),
        ("op.drop_column('a', 'b')", False),
        ("batch_op.alter_column('b', nullable=False)", False),
        ("batch_op.alter_column('b', new_column_name='c')", False),
        ("batch_op.alter_column('b', type_=sa.Text(), nullable=True)", True),
        ("op.rename_table('a', 'b')", False),
    ],
)
def test_what_a_step_may_do(line, is_fine):
    assert (not list(breaks(f"def upgrade():\n    {line}\n"))) is is_fine
    assert not list(breaks(f"CONTRACTS = '0.2'\n\ndef upgrade():\n    {line}\n"))
