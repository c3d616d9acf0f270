"""Find contracts: of a customer, by number, for a list, and those that a declaration could mean.

What is only kept because a law says so is found by none of them.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, literal_column, or_, select, union_all
from sqlalchemy.orm import contains_eager

from portal.contracts.models import Contract
from portal.contracts.rules.spelling import name_key, near_keys, number_key, written_numbers
from portal.customers.models import Customer
from portal.foundation.database import db
from portal.foundation.personal_data import pieces
from portal.foundation.rendering.paging import Page, Place, page_of_rows
from portal.foundation.sql.among import among, listed

PAGE_SIZE = 50
_MOST_CANDIDATES = 50
# A text with more numbers than this is no designation; the first ones are looked up with their neighbours.
_MOST_NUMBERS, _MOST_NEAR = 200, 8


def contracts_of(customer_id: int) -> Sequence[Contract]:
    """Every contract of a customer, the running ones first, then the newest."""
    order = (Contract.ended_at.is_not(None), Contract.started_on.desc(), Contract.id)
    return db.session.scalars(_with_customer().where(Contract.customer_id == customer_id).order_by(*order)).all()


def contracts_of_each(customer_ids: Collection[int], *, most: int) -> dict[int, list[Contract]]:
    """At most so many contracts of all of these customers, by customer, the running ones first, then the newest."""
    order = (Contract.ended_at.is_not(None), Contract.started_on.desc(), Contract.id)
    rows = _with_customer().where(Contract.customer_id.in_(customer_ids)).order_by(*order).limit(most)
    found: dict[int, list[Contract]] = {}
    for contract in db.session.scalars(rows) if customer_ids else ():
        found.setdefault(contract.customer_id, []).append(contract)
    return found


def contract_by_id(contract_id: int | None) -> Contract | None:
    """The contract with its customer; None for none."""
    return db.session.scalar(_with_customer().where(Contract.id == contract_id)) if contract_id else None


def contracts_by_ids(ids: Collection[int]) -> dict[int, Contract]:
    """The contracts with these ids, with their customers."""
    found = db.session.scalars(_with_customer().where(Contract.id.in_(ids))) if ids else ()
    return {each.id: each for each in found}


def contract_by_number(number: str) -> Contract | None:
    """The contract with that number in any spelling, with its customer."""
    key = number_key(number)
    return db.session.scalar(_with_customer().where(Contract.number_key == key)) if key else None


def contracts_by_keys(keys: Collection[str]) -> dict[str, Contract]:
    """The contracts with these number keys, by key."""
    found = (db.session.scalars(_with_customer().where(Contract.number_key.in_(some))) for some in pieces(keys))
    return {each.number_key: each for rows in found for each in rows}


def locked_keys(keys: Collection[str]) -> set[str]:
    """Those of these number keys under which a contract is only kept because a law says so."""
    locked = select(Contract.number_key).where(Contract.locked_at.is_not(None))
    return {each for some in pieces(keys) for each in db.session.scalars(locked.where(Contract.number_key.in_(some)))}


def page_of_contracts(words: str, place: Place) -> Page[Contract]:
    """One page of contracts, the newest first; `words` is a number, a name, an address or a product."""
    query = _with_customer()
    if words:
        key, said = number_key(words), _escaped(words.lower())
        query = query.where(
            or_(
                Contract.number_key == key,
                Contract.customer_number_key == key,
                Contract.holder_key == name_key(words),
                func.lower(Contract.holder).contains(said, escape="/"),
                func.lower(Contract.product).contains(said, escape="/"),
                Customer.email.contains(said, escape="/"),
            )
        )
    return page_of_rows(query, place, PAGE_SIZE, Contract.id)


def candidates(*, texts: Sequence[str], name: str, email: str) -> Sequence[Contract]:
    """Contracts that a declaration could mean: by a number in its texts, also one character off, by name or address.

    At most fifty; by index alone, so that it costs the same whether there are ten contracts or a million.
    """
    numbers = list(dict.fromkeys(number for text in texts for number in [number_key(text), *written_numbers(text)]))
    near = {each for number in numbers[:_MOST_NEAR] if 4 <= len(number) <= 24 for each in near_keys(number)}
    some = [each for each in numbers[:_MOST_NUMBERS] if each]
    names, addresses = name_key(name)[:120], email.strip().lower()
    if not (some or names or addresses):
        return []
    asked = {
        "numbers": listed(some),
        "names": listed([names] if names else []),
        "addresses": listed([addresses] if addresses else []),
        "near": listed(near),
    }
    return db.session.scalars(_CANDIDATES, asked).all()


def _by_way(way: ColumnElement[bool], rank: int) -> Any:
    """The first contracts that are found that way, with its rank."""
    ids = select(Contract.id.label("id"), literal(rank).label("rank"))
    ids = ids.join(Customer, Customer.id == Contract.customer_id)
    # By a sum, not by the column: else both databases walk through all contracts in their order until fifty fit.
    in_order = Contract.id + literal_column("0")
    first = ids.where(Contract.locked_at.is_(None), way).order_by(in_order).limit(_MOST_CANDIDATES).subquery()
    return select(first.c.id, first.c.rank)


def _with_customer() -> Any:
    return (
        select(Contract)
        .join(Customer, Customer.id == Contract.customer_id)
        .where(Contract.locked_at.is_(None))
        .options(contains_eager(Contract.customer))
    )


def _candidates() -> Any:
    ways = (
        among(Contract.number_key, "numbers"),
        among(Contract.customer_number_key, "numbers"),
        among(Contract.holder_key, "names"),
        among(Customer.email, "addresses"),
        among(Contract.number_key, "near"),
    )
    # One way beside the other: an OR over two tables would read all of both.
    found = union_all(*(_by_way(way, rank) for rank, way in enumerate(ways))).subquery()
    best = select(found.c.id, func.min(found.c.rank).label("rank")).group_by(found.c.id).subquery()
    rows = _with_customer().join(best, best.c.id == Contract.id).order_by(best.c.rank, Contract.id)
    return rows.limit(_MOST_CANDIDATES)


_CANDIDATES = _candidates()


def _escaped(words: str) -> str:
    return words.replace("/", "//").replace("%", "/%").replace("_", "/_")
