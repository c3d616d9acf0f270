"""Addresses are spelled as the package for them spells them, however they are looked at."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.addresses import is_address, normalised

DOMAINS = (
    "example.org",
    "gmx.de",
    "Example.ORG",
    "a..b.de",
    "-x.de",
    "x-.de",
    "localhost",
    "x.test",
    "x.de.",
    "xn--mnchen-3ya.de",
    "münchen.de",
    "1.2.3.4",
    "a" * 64 + ".de",
    ".".join(["abcdefgh"] * 25) + ".de",
    "",
)
NAMES = st.text("abz019._+-AÄ@ ", max_size=70) | st.from_regex(r"[a-z0-9]+([._+-][a-z0-9]+)*", fullmatch=True)


@given(NAMES, st.sampled_from(DOMAINS))
def test_an_address_is_taken_or_refused_as_the_package_says(name: str, domain: str):
    typed = f"{name}@{domain}"
    try:
        known = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=True).normalized.lower()
    except EmailNotValidError:
        assert not is_address(typed)
        with pytest.raises(ValueError, match="not an address"):
            normalised(typed)
    else:
        assert normalised(typed) == known
