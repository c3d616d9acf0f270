"""What happens to a question, in order, and what follows from it: Anna asks on a Wednesday, Clara answers."""

from portal.service_levels.rules import Happening, Step, advance
from tests.service_levels.desk import LEVELS, berlin, demo_hours

HOURS = demo_hours()
QUESTION, HINDRANCE, OUTAGE = (LEVELS.level(slug) for slug in ("question", "hindrance", "outage"))


def steps(*happenings, level=QUESTION, hours=HOURS) -> list[Step]:
    """What follows from happenings in order, each written ("replied", "2026-12-16 11:00")."""
    taken: list[Step] = []
    for happening, at, *more in happenings:
        options = {"level": level, "hours": hours} | (more[0] if more else {})
        before = taken[-1].standing if taken else None
        taken.append(advance(before, Happening(happening), at=berlin(at), **options))
    return taken


ASKED = ("asked", "2026-12-16 11:00")  # a Wednesday


def moved(until: str):
    return {"until": berlin(until)}


def changed(level=QUESTION, hours=HOURS):
    return {"level": level, "hours": hours}
