"""`flask check`: whether everything fits together."""

import sys

import click

from portal.faq.library import KEEPER
from portal.foundation import clock
from portal.integrity import check as faults
from portal.operation.soundness import rebuild_index as make_index_anew


@click.command("check")
@click.option("--rebuild-index", is_flag=True, help="First make the full-text index of a SQLite database anew.")
def check_data(rebuild_index: bool) -> None:
    """Prove that nothing is lost or doubled: numbers, messages, files, mails, promises; exits with 1 for a fault."""
    if rebuild_index:
        click.echo(f"{make_index_anew()} parts of the full-text index were made anew.")
    found = 0
    for fault in faults(clock.now()):
        found += 1
        click.echo(f"fault  {fault}")
    meaning = KEEPER.here().meaning
    if meaning is not None and meaning.problem:
        click.echo(f"note   SEARCH_BY_MEANING=1, but the search goes by words alone. {meaning.problem}")
    click.echo(f"{found} faults.")
    sys.exit(1 if found else 0)
