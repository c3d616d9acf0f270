"""The portal with a provider of sign-ins, as an operator may set it up."""

from collections.abc import Iterator

import pytest

from portal.foundation.config import CONFIG
from tests.accounts.company_sign_in.provider import Provider
from tests.conftest import make_app, running


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def app(demo, data, migrated, provider):
    """The portal with a provider of sign-ins that colleagues call Talwind-Konto."""
    with running(company_app(demo, data, migrated, provider)) as made:
        yield made


def company_app(demo, data, address, provider, *, changes=None, **settings):
    oidc = provider.settings(name="Talwind-Konto", **settings)
    return make_app(data, demo / "content", database_url=address, oidc=oidc, **(changes or {}))


@pytest.fixture
def strict(demo, data, migrated, provider):
    """The portal that lets colleagues in by the provider alone."""
    with running(company_app(demo, data, migrated, provider, is_required=True)) as made:
        yield made


@pytest.fixture
def in_production(demo, data, migrated, provider):
    def make(**settings):
        made = company_app(demo, data, migrated, provider, **settings)
        CONFIG.put(made, type("Config", (), {**vars(CONFIG.of(made)), "is_production": True}))
        return made

    return make
