"""The newest rows that hold all words, on PostgreSQL, in about the same time for rare and for common words.

An index of words gives every row that matches, and sorting a hundred thousand of them costs what a search may not.
So the index also knows in which block of ids a row lies: of 128, of 2,048, of 32,768 and of 524,288 of them. A search
looks at the newest rows step by step, at first at some hundred; how many of these match says how far back the next
step has to reach (docs/decisions/0046). No statement reads a text: which rows match is known from the index alone,
whatever the planner believes.
"""

from functools import reduce

# How many rows are looked at first; each step looks at 4 to 8 times as many as the one before. No more than that: where
# many have just written the same, the newest rows have none of other words, and right behind them these are as frequent
# as ever.
_FIRST, _LEAST_MORE, _MOST_MORE = 512, 4, 8
# Up to how many rows are looked at in blocks of 2^7, of 2^11 and of 2^15 ids; more of them in blocks of 2^19.
_MOST_IN_BLOCKS = (1 << 10, 1 << 14, 1 << 18)
# The same expressions as in migrations 0004 and 0032: only then does PostgreSQL use its indexes.
_FOLDED = "translate(lower(name || ' ' || email), 'äöüßéèêáàâóòôúùûíìîçñ@.-_+', 'aouseeeaaaooouuuiiicn     ')"
_WORDS = {
    "messages": "(to_tsvector('german', body) || to_tsvector('english', body))",
    "notes": "(to_tsvector('german', body) || to_tsvector('english', body))",
    "questions": "(to_tsvector('german', subject) || to_tsvector('english', subject))",
    "customers": f"to_tsvector('simple', {_FOLDED})",
}
_PLACES = "(ARRAY[(id >> 7) * 4, (id >> 11) * 4 + 1, (id >> 15) * 4 + 2, (id >> 19) * 4 + 3])"
# What a row of a table leads to, and which rows do not count.
_CASE = {"messages": "question_id", "notes": "question_id"}
_COUNTS = {"messages": "AND withdrawn_at IS NULL"}
_BOTH = "to_tsquery('german', :words) || to_tsquery('english', :words)"
_ASKED = "asked (words) AS MATERIALIZED (SELECT CASE WHEN numnode(words) > 0 THEN words END FROM typed)"


def cases_found(limit: int) -> str:
    """A condition on the case `q`: its subject, a message or a note matches the parameter `words`.

    Of each kind the newest `limit` count. An array: PostgreSQL looks these few cases up, whatever it believes.
    """
    found = " UNION ".join(f"({_newest_rows(table, limit)})" for table in ("messages", "notes", "questions"))
    return f"q.id = ANY (ARRAY(WITH {_asked(_BOTH)} {found}))"


def newest_cases_found(limit: int) -> str:
    """The condition for a list of the newest cases: only as many as the parameter `most_lines` says are right.

    Messages are asked first: they say from where on notes and subjects still matter, and no more cases are looked up.
    """
    parts = {
        "<asked>": _asked(_BOTH),
        "<messages>": _newest_rows("messages", limit),
        "<notes>": _newest_rows("notes", limit, least="(SELECT id FROM least_note)"),
        "<questions>": _newest_rows("questions", limit, least="(SELECT id FROM least)"),
    }
    return _filled(_NEWEST_CASES, parts)


def newest_customers(limit: int, words: str) -> str:
    """SQL that gives the ids of the newest customers who match the parameter of that name, at most so many."""
    asked = _asked(f"to_tsquery('simple', :{words})")
    return f"WITH {asked} {_newest_rows('customers', limit)}"


# Of `m`, the cases that messages lead to: from which case and which note on others still matter, on both databases.
# The least note is a sum, because the planner would walk through all notes for the least id alone; far from the newest
# case it is not worth the look. A bound that is NULL would bound nothing.
LEAST_THAT_MATTER = """least (id) AS MATERIALIZED (
    SELECT CASE WHEN count(*) < :most_lines THEN 0 ELSE min(id) END FROM m
), least_note (id) AS MATERIALIZED (
    SELECT CASE WHEN id > (SELECT max(id) FROM questions) - 2000 THEN (
        SELECT coalesce(min(n.id + 0), (SELECT max(id) FROM notes)) FROM notes AS n WHERE n.question_id >= least.id
    ) ELSE 0 END FROM least
)"""
_NEWEST_CASES = f"""q.id = ANY (ARRAY(
WITH <asked>, m (id) AS MATERIALIZED (
    SELECT DISTINCT leads_to FROM (<messages>) AS f ORDER BY leads_to DESC LIMIT :most_lines
), {LEAST_THAT_MATTER}
SELECT id FROM (SELECT id FROM m UNION (<notes>) UNION (<questions>)) AS found ORDER BY id DESC LIMIT :most_lines))"""  # noqa: S608

# One row of `looked` for each step: how many rows the next one has to look at, since which id this one has looked, and
# what it has found. A step looks at whole blocks, and no further back than to the row from which on others matter.
# What is found is sorted by a sum, lest the planner walks through the table instead.
_STEPS = """SELECT unnest(found) AS leads_to FROM (
WITH RECURSIVE newest (id, least) AS MATERIALIZED (SELECT max(id), <least> FROM <table>),
looked (size, since, amount, found) AS (
    SELECT CAST(least(<first>, greatest(id - least, 0)) AS bigint), CAST(id + 1 AS bigint), CAST(0 AS bigint),
           CAST(NULL AS integer[])
    FROM newest CROSS JOIN asked WHERE words IS NOT NULL
    UNION ALL
    SELECT least(size * greatest(<least more>, least(<most more>, 2 * <limit> / (here.amount + 1))), id - least),
           first << bits, here.amount, here.found
    FROM newest CROSS JOIN looked
    CROSS JOIN LATERAL (SELECT <kind> AS kind OFFSET 0) AS sized
    CROSS JOIN LATERAL (SELECT 7 + 4 * kind AS bits) AS block
    CROSS JOIN LATERAL (
        SELECT (id - size) >> bits AS first, ARRAY(
            SELECT CAST(each * 4 + kind AS integer) FROM generate_series((id - size) >> bits, id >> bits) AS each
        ) AS places OFFSET 0
    ) AS circle
    CROSS JOIN LATERAL (
        SELECT count(*) AS amount, array_agg(leads_to) AS found FROM (
            SELECT <case> AS leads_to FROM <table>
            WHERE <words> @@ (SELECT words FROM asked) <counts> AND <places> && circle.places
            ORDER BY id + 0 DESC LIMIT <limit>
        ) AS matching
    ) AS here
    WHERE looked.amount < <limit> AND since > least
)
SELECT found FROM looked ORDER BY since LIMIT 1) AS last"""


def _newest_rows(table: str, limit: int, *, least: str = "0") -> str:
    """SQL that gives what the newest rows that match `asked` lead to, at most so many: ids or cases.

    `least` says before which row none need be found.
    """
    sizes = " ".join(f"WHEN size <= {most} THEN {kind}" for kind, most in enumerate(_MOST_IN_BLOCKS))
    parts = {
        "<least>": least,
        "<table>": table,
        "<first>": str(_FIRST),
        "<least more>": str(_LEAST_MORE),
        "<most more>": str(_MOST_MORE),
        "<limit>": str(limit),
        "<kind>": f"CASE {sizes} ELSE {len(_MOST_IN_BLOCKS)} END",
        "<case>": _CASE.get(table, "id"),
        "<words>": _WORDS[table],
        "<counts>": _COUNTS.get(table, ""),
        "<places>": _PLACES,
    }
    return _filled(_STEPS, parts)


def _asked(query: str) -> str:
    """The words to look for; none where they say nothing (`to_tsquery` leaves those out): no new row matches these."""
    return f"typed (words) AS MATERIALIZED (SELECT {query}), {_ASKED}"


def _filled(statement: str, parts: dict[str, str]) -> str:
    return reduce(lambda found, name: found.replace(name, parts[name]), parts, statement)
