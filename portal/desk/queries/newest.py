"""The newest rows that hold all words, on PostgreSQL, in about the same time for rare and for common words.

An index of words gives every row that matches, and sorting a hundred thousand of them costs what a search may not.
So the index also knows where in the order a row lies: among the newest two thousand or so of its table, ten thousand,
two hundred thousand. Each wider circle is looked at only when the one before held too few (docs/decisions/0046).
No statement reads a text: which rows match is known from the index alone, whatever the planner believes.
"""

from functools import reduce

# How many bits of an id name its place: circles of 2^10 to 2^11 ids, 2^13 to 2^14, 2^17 to 2^18.
_CIRCLES = (10, 13, 17)
# The same expressions as in migrations 0004 and 0018: only then does PostgreSQL use its indexes.
_FOLDED = "translate(lower(name || ' ' || email), 'äöüßéèêáàâóòôúùûíìîçñ@.-_+', 'aouseeeaaaooouuuiiicn     ')"
_WORDS = {
    "messages": "(to_tsvector('german', body) || to_tsvector('english', body))",
    "notes": "(to_tsvector('german', body) || to_tsvector('english', body))",
    "questions": "(to_tsvector('german', subject) || to_tsvector('english', subject))",
    "customers": f"to_tsvector('simple', {_FOLDED})",
}
_PLACES = "(ARRAY[(id >> 10) * 4, (id >> 13) * 4 + 1, (id >> 17) * 4 + 2])"
# What a row of a table leads to, and which rows do not count.
_CASE = {"messages": "question_id", "notes": "question_id"}
_COUNTS = {"messages": "withdrawn_at IS NULL"}
_BOTH = "to_tsquery('german', :words) || to_tsquery('english', :words)"


def cases_found(limit: int) -> str:
    """A condition on the case `q`: its subject, a message or a note matches the parameter `words`.

    Of each kind the newest `limit` count. An array: PostgreSQL looks these few cases up, whatever it believes.
    """
    found = " UNION ".join(f"({newest_rows(table, limit)})" for table in ("messages", "notes", "questions"))
    return f"q.id = ANY (ARRAY({found}))"


def newest_cases_found(limit: int) -> str:
    """The same, of which only the newest cases are right, as many as the parameter `most_lines` says.

    Messages are asked first: they say from where on notes and subjects still matter, and no more cases are looked up.
    """
    parts = {
        "<messages>": newest_rows("messages", limit),
        "<notes>": newest_rows("notes", limit, least="least_note"),
        "<questions>": newest_rows("questions", limit, least="least"),
    }
    return reduce(lambda found, name: found.replace(name, parts[name]), parts, _NEWEST_CASES)


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
WITH m (id) AS MATERIALIZED (
    SELECT DISTINCT leads_to FROM (<messages>) AS f ORDER BY leads_to DESC LIMIT :most_lines
), {LEAST_THAT_MATTER}
SELECT id FROM (SELECT id FROM m UNION (<notes>) UNION (<questions>)) AS found ORDER BY id DESC LIMIT :most_lines))"""  # noqa: S608


def newest_rows(table: str, limit: int, *, least: str = "") -> str:
    """SQL that gives what the newest rows that match the parameter `words` lead to, at most so many: ids or cases.

    `least` names a query of one `id`: rows before it need not be found.
    """
    asked = "to_tsquery('simple', :words)" if table == "customers" else _BOTH
    circles = [_circle(table, number, limit, least) for number in range(len(_CIRCLES) + 1)]
    found = " UNION ".join(f"SELECT id, leads_to FROM circle_{number}" for number in range(len(circles)))  # noqa: S608
    # What consists of words alone that say nothing (`to_tsquery` leaves them out) must not match whatever is new.
    parts = (
        f"WITH newest (id) AS MATERIALIZED (SELECT max(id) FROM {table}),",  # noqa: S608
        f"typed (words) AS MATERIALIZED (SELECT {asked}),",
        "asked (words) AS MATERIALIZED (SELECT CASE WHEN numnode(words) > 0 THEN words END FROM typed),",
        ", ".join(circles),
        f"SELECT leads_to FROM ({found}) AS found ORDER BY id DESC LIMIT {limit}",  # noqa: S608
    )
    return " ".join(parts)


def _circle(table: str, number: int, limit: int, least: str) -> str:
    """The rows of one circle that match; the last one is the whole table. Nothing, when another had enough.

    One that reaches back to the `least` row has enough, however few it holds.
    """
    conditions = [f"{_WORDS[table]} @@ (SELECT words FROM asked)"]  # noqa: S608
    if table in _COUNTS:
        conditions.append(_COUNTS[table])
    if number < len(_CIRCLES):
        place = _place(number)
        here, before = f"{place} * 4 + {number}", f"({place} - 1) * 4 + {number}"
        # A circle around everything would only be slower than no circle.
        conditions.append(f"(SELECT {place} > 1 FROM newest)")  # noqa: S608
        conditions.append(f"{_PLACES} && (SELECT ARRAY[{here}, {before}] FROM newest)")  # noqa: S608
    if number:
        counted = ", ".join(f"(SELECT count(*) FROM circle_{each})" for each in range(number))  # noqa: S608
        conditions.append(f"greatest({counted}) < {limit}")
    for each in range(number if least else 0):
        begin = f"(({_place(each)} - 1) << {_CIRCLES[each]})"
        conditions.append(f"(SELECT {_place(each)} <= 1 OR (SELECT id FROM {least}) < {begin} FROM newest)")  # noqa: S608
    matching = f"SELECT id, {_CASE.get(table, 'id')} FROM {table} WHERE {' AND '.join(conditions)}"  # noqa: S608
    # No more than are wanted, of which all that follows is made; by a sum, lest the planner walks through the table.
    newest = f"ORDER BY id + 0 DESC LIMIT {limit}"
    return f"circle_{number} (id, leads_to) AS MATERIALIZED ({matching} {newest})"


def _place(number: int) -> str:
    """In which place of a circle's size an id lies."""
    return f"(id >> {_CIRCLES[number]})"
