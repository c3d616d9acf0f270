"""Whose contract a declaration means: strong, ambiguous or weak, and why, field by field (specification 2.6, 2.14).

Strong: a contract or customer number and the name or the mail address agree with one running contract; or the mail
address is the one on file and exactly one of its contracts is running. Everything less goes to a person. What the
sender reads is the same in every case.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.contracts.rules.spelling import (
    is_same_name,
    names_number,
    near_keys,
    number_key,
    same_address,
    same_text,
    shares_a_name,
    written_numbers,
)

# What is shorter is the number of a house or a plan.
_SHORTEST_NUMBER = 4
# Behind the number of a house and before a town: "Mühlgasse 12, 79999 Lärchental".
_POSTCODE = re.compile(r"(?<=\s)(\d{1,3} ?[a-z]?,?\s+)(?:[A-Z]{1,2}[- ])?\d{4,5}(?=\s+[^\W\d_]{2})", re.IGNORECASE)
_ALL = re.compile(r"\b(alle[nrs]?|sämtliche[nrs]?|saemtliche[nrs]?|all|every|everything)\b", re.IGNORECASE)


class Strength(StrEnum):
    """How surely a declaration belongs to a contract."""

    STRONG = "strong"
    AMBIGUOUS = "ambiguous"  # several contracts could be meant
    WEAK = "weak"  # something points to contracts, not enough
    NONE = "none"


class Field(StrEnum):
    """What is compared, in the order in which the desk shows it."""

    CONTRACT_NUMBER = "contract_number"
    CUSTOMER_NUMBER = "customer_number"
    NAME = "name"
    EMAIL = "email"
    PRODUCT = "product"


class Verdict(StrEnum):
    """How what was typed compares with what is on file."""

    SAME = "same"
    NEAR = "near"  # one character off, or a part of a name: a suggestion only
    DIFFERENT = "different"
    NOT_GIVEN = "not_given"


class Rule(StrEnum):
    """Which rule decided."""

    NUMBER_AND_PERSON = "number_and_person"
    ADDRESS_ON_FILE = "address_on_file"
    SEVERAL_FIT = "several_fit"
    NOT_ENOUGH = "not_enough"
    NOTHING_FITS = "nothing_fits"
    HOLDER = "holder"  # the holder has chosen on the page behind our question
    SILENCE = "silence"  # "all", and no answer for seven days


@dataclass(frozen=True)
class Claim:
    """What a declaration says: `reference` is the field for customer number or address, `contract` the designation."""

    name: str = ""
    email: str = ""
    reference: str = ""
    contract: str = ""

    @property
    def text(self) -> str:
        return f"{self.reference} \n {self.contract}"

    @property
    def says_all(self) -> bool:
        """Whether it says that all contracts are meant."""
        return _ALL.search(self.contract) is not None


@dataclass(frozen=True)
class OnFile:
    """A contract as we know it; `email` is the address on file of the person whose it is."""

    id: int
    contract_number: str
    customer_number: str
    holder: str
    email: str
    product: str
    is_running: bool = True


@dataclass(frozen=True)
class Compared:
    """One field: what was typed, what is on file, and how they compare."""

    field: Field
    typed: str
    on_file: str
    verdict: Verdict


@dataclass(frozen=True)
class Candidate:
    """A contract that could be meant, with the comparison of every field."""

    contract_id: int
    fields: tuple[Compared, ...]
    is_running: bool

    def verdict(self, field: Field) -> Verdict:
        """How that field compares."""
        return next(each.verdict for each in self.fields if each.field == field)

    def is_same(self, *fields: Field) -> bool:
        """Whether one of these fields agrees."""
        return any(self.verdict(field) == Verdict.SAME for field in fields)

    @property
    def has_number_and_person(self) -> bool:
        return self.is_same(Field.CONTRACT_NUMBER, Field.CUSTOMER_NUMBER) and self.is_same(Field.NAME, Field.EMAIL)

    @property
    def is_pointed_to(self) -> bool:
        """Whether it runs, and a number or the address on file agrees; a name alone is shared by many."""
        return self.is_running and self.is_same(Field.CONTRACT_NUMBER, Field.CUSTOMER_NUMBER, Field.EMAIL)

    @property
    def weight(self) -> tuple[bool, int, int]:
        """Running ones first, then what agrees most, then what nearly does."""
        agreed = [each.verdict for each in self.fields]
        return self.is_running, agreed.count(Verdict.SAME), agreed.count(Verdict.NEAR)


@dataclass(frozen=True)
class Match:
    """The result: the contracts that are meant for sure (strong: one), and all that could be, the likeliest first."""

    strength: Strength
    rule: Rule
    candidates: tuple[Candidate, ...]
    says_all: bool = False

    @property
    def contract_id(self) -> int | None:
        """The one contract of a strong match."""
        return self.candidates[0].contract_id if self.strength == Strength.STRONG else None


def match(claim: Claim, contracts: Sequence[OnFile]) -> Match:
    """Compare a declaration with contracts that could be meant; only a strong match is one without a person."""
    known = [compare(claim, each) for each in contracts]
    found = sorted((each for each in known if _points_to(each)), key=lambda each: each.weight, reverse=True)
    sure, rule = _sure(found)
    if len(sure) == 1:
        rest = [each for each in found if each is not sure[0]]
        return Match(Strength.STRONG, rule, (sure[0], *rest), claim.says_all)
    if len(sure) > 1:
        return Match(Strength.AMBIGUOUS, Rule.SEVERAL_FIT, tuple(found), claim.says_all)
    if found:
        return Match(Strength.WEAK, Rule.NOT_ENOUGH, tuple(found), claim.says_all)
    return Match(Strength.NONE, Rule.NOTHING_FITS, (), claim.says_all)


def compare(claim: Claim, contract: OnFile) -> Candidate:
    """One contract held against a declaration, field by field."""
    fields = (
        _number(Field.CONTRACT_NUMBER, claim, contract.contract_number, contract),
        _number(Field.CUSTOMER_NUMBER, claim, contract.customer_number, contract),
        Compared(Field.NAME, claim.name, contract.holder, _name(claim.name, contract.holder)),
        Compared(Field.EMAIL, claim.email, contract.email, _address(claim.email, contract.email)),
        Compared(Field.PRODUCT, claim.contract, contract.product, _product(claim.contract, contract.product)),
    )
    return Candidate(contract.id, fields, contract.is_running)


def _sure(found: Sequence[Candidate]) -> tuple[list[Candidate], Rule]:
    """The contracts that fit, by the stronger rule first; one that is named by its own number is the one meant."""
    by_number = [each for each in found if each.has_number_and_person]
    named = [each for each in by_number if each.is_same(Field.CONTRACT_NUMBER)]
    if by_number:
        return _running(named or by_number), Rule.NUMBER_AND_PERSON
    by_address = [each for each in found if each.is_same(Field.EMAIL) and each.is_running]
    # A number that is exactly another contract's contradicts the address: both are meant until a person has looked.
    others = [each for each in found if each.is_same(Field.CONTRACT_NUMBER) and each not in by_address]
    return ([*others, *by_address] if by_address else []), Rule.ADDRESS_ON_FILE


def _running(found: list[Candidate]) -> list[Candidate]:
    """Those that run; where none does, the ended ones, so that a second declaration finds what it means."""
    return [each for each in found if each.is_running] or found


def _points_to(candidate: Candidate) -> bool:
    """Whether anything but the product points to this contract: products are shared by many."""
    telling = (Field.CONTRACT_NUMBER, Field.CUSTOMER_NUMBER, Field.EMAIL)
    if any(candidate.verdict(field) in (Verdict.SAME, Verdict.NEAR) for field in telling):
        return True
    return candidate.is_same(Field.NAME)


def _number(field: Field, claim: Claim, on_file: str, contract: OnFile) -> Compared:
    key, typed = number_key(on_file), claim.text.replace("\n", " ").strip()
    if not key or not typed:
        return Compared(field, typed, on_file, Verdict.NOT_GIVEN)
    if any(names_number(part, key) for part in (claim.reference, claim.contract)):
        return Compared(field, typed, on_file, Verdict.SAME)
    numbers = {number for part in (claim.reference, claim.contract) for number in written_numbers(part)}
    if numbers & near_keys(key):
        return Compared(field, typed, on_file, Verdict.NEAR)
    if any(_is_another_number(word, contract) for word in _POSTCODE.sub(r"\1", typed).split()):
        return Compared(field, typed, on_file, Verdict.DIFFERENT)
    return Compared(field, "", on_file, Verdict.NOT_GIVEN)


def _is_another_number(word: str, contract: OnFile) -> bool:
    """Whether a word is a number that the contract has nowhere; its other number and its product contradict nothing."""
    keys = [key for key in (number_key(contract.contract_number), number_key(contract.customer_number)) if key]
    written, own = number_key(word), [number_key(each) for each in contract.product.split()]
    is_known = written in own or any(written in key or key in written or written in near_keys(key) for key in keys)
    return _is_number(word) and not is_known


def _is_number(word: str) -> bool:
    return len(number_key(word)) >= _SHORTEST_NUMBER and any(sign.isdigit() for sign in word)


def _name(typed: str, on_file: str) -> Verdict:
    if not typed.strip() or not on_file.strip():
        return Verdict.NOT_GIVEN
    if is_same_name(typed, on_file):
        return Verdict.SAME
    return Verdict.NEAR if shares_a_name(typed, on_file) else Verdict.DIFFERENT


def _address(typed: str, on_file: str) -> Verdict:
    if not typed.strip() or not on_file.strip():
        return Verdict.NOT_GIVEN
    return Verdict.SAME if same_address(typed, on_file) else Verdict.DIFFERENT


def _product(typed: str, on_file: str) -> Verdict:
    if same_text(typed, on_file):
        return Verdict.SAME
    # Who wrote a number only has named no product.
    is_named = bool(on_file.strip()) and not all(_is_number(word) for word in typed.split())
    return Verdict.DIFFERENT if is_named else Verdict.NOT_GIVEN
