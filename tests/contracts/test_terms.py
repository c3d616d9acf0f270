"""What German law forbids in contracts with consumers, and what no contract can say (point 43)."""

from datetime import date

import pytest

from portal.contracts.rules.terms import Country, Flaw, Grid, Renewal, Span, Terms, Unit, flaws

YEAR, MONTH = Span(12, Unit.MONTHS), Span(1, Unit.MONTHS)


def terms(**given) -> Terms:
    return Terms(**{"started_on": date(2026, 1, 1), "notice": MONTH, "billing": MONTH, **given})


@pytest.mark.parametrize(
    ("agreed", "found"),
    [
        (terms(first_term_end=date(2027, 12, 31)), []),  # 24 months to the day
        (terms(first_term_end=date(2028, 1, 1)), [Flaw.FIRST_TERM_TOO_LONG]),
        (terms(notice=Span(4, Unit.WEEKS)), []),
        (terms(notice=Span(28, Unit.DAYS)), []),
        (terms(notice=Span(29, Unit.DAYS)), [Flaw.NOTICE_TOO_LONG]),  # longer than a month that ends in February
        (terms(notice=Span(5, Unit.WEEKS)), [Flaw.NOTICE_TOO_LONG]),
        (terms(notice=Span(3, Unit.MONTHS)), [Flaw.NOTICE_TOO_LONG]),
        (
            terms(first_term_end=date(2026, 12, 31), renewal=Renewal.FIXED, renewed_for=YEAR),
            [Flaw.RENEWS_FOR_A_TERM],
        ),
        (terms(first_term_end=date(2026, 12, 31), renewal=Renewal.NONE), []),
        (terms(billing=YEAR, grid=Grid.PERIOD_END), [Flaw.GRID_TOO_WIDE]),
        (terms(grid=Grid.PERIOD_END), []),
    ],
)
def test_terms_for_german_consumers_are_held_against_the_law(agreed, found):
    """Point 43."""
    assert flaws(agreed, country=Country.DE, is_consumer=True) == found
    assert flaws(agreed, country=Country.DE, is_consumer=False) == []
    assert flaws(agreed, country=Country.CH, is_consumer=True) == []


def test_contracts_from_before_march_2022_keep_the_older_limits():
    """Art. 229 § 60 EGBGB: a year more and three months were lawful then; anything longer was not."""
    old = {"started_on": date(2022, 2, 28), "first_term_end": date(2024, 2, 27), "renewal": Renewal.FIXED}
    lawful = terms(**old, renewed_for=YEAR, notice=Span(3, Unit.MONTHS))
    unlawful = terms(**old, renewed_for=Span(24, Unit.MONTHS), notice=Span(4, Unit.MONTHS))
    assert flaws(lawful, country=Country.DE, is_consumer=True) == []
    found = flaws(unlawful, country=Country.DE, is_consumer=True)
    assert found == [Flaw.NOTICE_TOO_LONG, Flaw.RENEWS_FOR_A_TERM]


@pytest.mark.parametrize(
    ("agreed", "found"),
    [
        (terms(first_term_end=date(2025, 12, 31)), Flaw.ENDS_BEFORE_START),
        (terms(renewal=Renewal.NONE), Flaw.NO_END),
        (terms(first_term_end=date(2026, 12, 31), renewal=Renewal.FIXED), Flaw.NO_RENEWED_TERM),
        (terms(billing=Span(0, Unit.MONTHS)), Flaw.NO_BILLING),
        (terms(first_term_end=date(9999, 1, 1)), Flaw.DATE_OUT_OF_REACH),
    ],
)
def test_terms_that_contradict_themselves_are_refused_under_every_law(agreed, found):
    assert flaws(agreed, country=Country.AT, is_consumer=False) == [found]
