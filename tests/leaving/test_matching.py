"""Whose contract is meant: strong, ambiguous, weak (specification 2.6, 2.14)."""

import pytest

from portal.contracts.rules.spelling import is_same_name, near_keys, number_key, written_numbers
from portal.leaving.rules.matching import Claim, Field, OnFile, Rule, Strength, Verdict, match

ANNA = OnFile(1, "V-2024-00123", "K 4711-O", "Anna Müller-Groß", "anna@example.org", "Internet 100")
ANNAS_SECOND = OnFile(2, "V-2025-00999", "K 4711-O", "Anna Müller-Groß", "anna@example.org", "Mobil M")
BERND = OnFile(3, "V-2024-00132", "K 5822-1", "Bernd Schäfer", "bernd@example.org", "Internet 100")


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        (Claim(name="Anna Müller-Groß", contract="V-2024-00123"), Rule.NUMBER_AND_PERSON),
        (Claim(name="mueller gross, ANNA", contract="v2024 00123 Internet"), Rule.NUMBER_AND_PERSON),
        (Claim(name="Frau Anna Muller Gross", reference="k47110"), Rule.NUMBER_AND_PERSON),
        (Claim(email="Anna@Example.org ", reference="V 2O24/OO123"), Rule.NUMBER_AND_PERSON),
        (Claim(email="anna@example.org"), Rule.ADDRESS_ON_FILE),
        (Claim(email="anna@example.org", contract="mein Internetvertrag"), Rule.ADDRESS_ON_FILE),
        (Claim(name="Bernd Schäfer", email="bernd@example.org", contract="V-2024-00123"), None),
    ],
)
def test_a_number_with_a_person_or_the_address_of_one_running_contract_is_strong(claim, rule):
    found = match(claim, [ANNA, BERND])
    if rule is None:  # Bernd's address, but exactly Anna's number: a person looks
        assert (found.strength, found.contract_id) == (Strength.AMBIGUOUS, None)
    else:
        assert (found.strength, found.rule, found.contract_id) == (Strength.STRONG, rule, ANNA.id)


@pytest.mark.parametrize(
    "claim",
    [
        Claim(name="Anna Schmidt", contract="V-2024-00123"),  # married, or somebody else
        Claim(contract="V-2024-00123"),  # a number alone
        Claim(name="Anna Müller-Groß"),  # a name alone
        Claim(name="Anna Müller-Groß", contract="V-2024-00124"),  # mistyped
        Claim(name="Anna Müller-Groß", contract="V-2024-001234"),
    ],
)
def test_anything_less_is_weak_and_waits_for_a_person(claim):
    found = match(claim, [ANNA])
    assert (found.strength, found.contract_id) == (Strength.WEAK, None)
    assert found.candidates[0].contract_id == ANNA.id


def test_nothing_that_fits_is_nothing():
    found = match(Claim(name="Carla Beck", email="carla@example.org", contract="Internet 100"), [ANNA, BERND])
    assert (found.strength, found.candidates) == (Strength.NONE, ())


@pytest.mark.parametrize(
    ("contract", "says_all"), [("", False), ("alle Verträge", True), ("ALLE", True), ("all my contracts", True)]
)
def test_several_contracts_of_one_person_are_ambiguous_until_one_is_named(contract, says_all):
    found = match(Claim(email="anna@example.org", contract=contract), [ANNA, ANNAS_SECOND])
    assert (found.strength, found.rule, found.says_all) == (Strength.AMBIGUOUS, Rule.SEVERAL_FIT, says_all)
    by_customer = match(Claim(name="Anna Müller-Groß", reference="K-4711-0", contract=contract), [ANNA, ANNAS_SECOND])
    assert by_customer.strength == Strength.AMBIGUOUS
    named = match(Claim(email="anna@example.org", contract="V-2025-00999"), [ANNA, ANNAS_SECOND])
    assert (named.strength, named.contract_id) == (Strength.STRONG, ANNAS_SECOND.id)


def test_an_ended_contract_does_not_stand_in_the_way_of_the_running_one_and_is_found_by_its_number():
    ended = OnFile(**{**vars(ANNAS_SECOND), "is_running": False})
    assert match(Claim(email="anna@example.org"), [ANNA, ended]).contract_id == ANNA.id
    assert match(Claim(email="anna@example.org", contract="V-2025-00999"), [ANNA, ended]).contract_id == ended.id


def test_one_wrong_character_is_a_suggestion_and_never_more():
    found = match(Claim(name="Bernd Schaefer", contract="V-2024-00312"), [ANNA, BERND])
    assert found.strength == Strength.WEAK
    best = found.candidates[0]
    assert (best.contract_id, best.verdict(Field.CONTRACT_NUMBER)) == (BERND.id, Verdict.NEAR)


def test_every_field_is_explained():
    best = match(Claim(name="Anna Schmidt", email="x@example.org", contract="V-2024-00123 Internet 100"), [ANNA])
    verdicts = {each.field: each.verdict for each in best.candidates[0].fields}
    assert verdicts == {
        Field.CONTRACT_NUMBER: Verdict.SAME,
        Field.CUSTOMER_NUMBER: Verdict.NOT_GIVEN,
        Field.NAME: Verdict.NEAR,
        Field.EMAIL: Verdict.DIFFERENT,
        Field.PRODUCT: Verdict.SAME,
    }


@pytest.mark.parametrize(
    ("claim", "contract_number"),
    [
        (Claim(name="Anna Müller-Groß", contract="Internet 100"), Verdict.NOT_GIVEN),
        (Claim(name="Anna Müller-Groß", contract="mein Internetvertrag"), Verdict.NOT_GIVEN),
        (Claim(name="Anna Müller-Groß", reference="Kundennummer K 4711-0", contract="Internet 100"), Verdict.NOT_GIVEN),
        (Claim(name="Anna Müller-Groß", reference="K 4711-0", contract="V-2020-55555"), Verdict.DIFFERENT),
        (Claim(name="Anna Müller-Groß", reference="Am Anger 9, 79999 Lärchental"), Verdict.NOT_GIVEN),
        (Claim(name="Anna Müller-Groß", reference="Am Anger 9a\nD-79999 Lärchental"), Verdict.NOT_GIVEN),
        (Claim(name="Anna Müller-Groß", reference="Am Anger 9, 79999 Lärchental, Nr. 815555"), Verdict.DIFFERENT),
        (Claim(name="Anna Müller-Groß", reference="79999 Internet"), Verdict.DIFFERENT),
    ],
)
def test_a_number_that_nobody_wrote_differs_from_none(claim, contract_number):
    best = match(claim, [ANNA]).candidates[0]
    assert best.verdict(Field.CONTRACT_NUMBER) == contract_number


def test_who_writes_a_street_and_a_mistyped_number_has_named_neither_customer_number_nor_product():
    claim = Claim(name="Anna Müller-Groß", reference="Am Anger 9", contract="V-2024-00124")
    best = match(claim, [ANNA]).candidates[0]
    assert best.verdict(Field.CONTRACT_NUMBER) == Verdict.NEAR
    assert best.verdict(Field.CUSTOMER_NUMBER) == best.verdict(Field.PRODUCT) == Verdict.NOT_GIVEN
    other = match(Claim(name="Anna Müller-Groß", contract="Mobil M"), [ANNA]).candidates[0]
    assert other.verdict(Field.PRODUCT) == Verdict.DIFFERENT


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Müller", "Mueller", True),
        ("Müller", "Muller", True),
        ("Groß", "GROSS", True),
        ("Renée Łukasz", "Lukasz Renee", True),
        ("Dr. Anna Weiß", "anna weiss", True),
        ("Jörgensen", "Jørgensen", True),
        ("Anna Maria Weiß", "Anna Weiß", False),
        ("", "", False),
        ("Анна", "АННА", True),
    ],
)
def test_names_are_compared_without_case_accents_order_and_titles(one, other, same):
    assert is_same_name(one, other) is same


def test_a_short_number_must_be_all_that_is_written():
    short = OnFile(4, "77", "", "Anna Müller-Groß", "a@example.org", "Internet")
    assert match(Claim(name="Anna Müller-Groß", reference="Hauptstraße 77"), [short]).strength == Strength.WEAK
    assert match(Claim(name="Anna Müller-Groß", reference="77"), [short]).strength == Strength.STRONG


def test_numbers_are_looked_for_in_bounded_lists():
    long = "1 2 3 4 5 6 7 8 9 " * 2000
    assert len(written_numbers(long)) < 2000
    assert all(number_key(each) == each for each in near_keys("v202400123"))
