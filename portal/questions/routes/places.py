"""Addresses of questions, put together: to have each of them built takes as long as to ask the database for it."""

from portal.foundation.rendering.pages import known_url


def place_of(number: str) -> str:
    """The address of a question's page in the reader's language; `number` as it is kept."""
    return known_url("questions.index") + number
