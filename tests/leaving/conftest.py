"""What tests of leaving ask for besides the cast."""

import pytest
from flask import Flask

from tests.mailbox import Mailbox


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    """Every mail that was sent."""
    return Mailbox(app)
