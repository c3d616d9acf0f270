"""A colleague links the account with the company's provider and signs in by it, in a real browser: it follows the way
there and back, which our own policy for forms would not let a form go."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from portal.foundation import clock
from tests.accounts.company_sign_in.provider import BACK, CLIENT_ID, SECRET, Provider
from tests.accounts.people import PASSWORD, with_password
from tests.cast import CLARA
from tests.conftest import make_app, running
from tests.journeys.conftest import DESKTOP, PHONE, Server, serving
from tests.journeys.test_accessibility import complaints

pytestmark = pytest.mark.browser


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def server(demo, tmp_path, provider) -> Iterator[Server]:
    """A portal with that provider; Clara has a password."""
    settings = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": SECRET}
    with serving(demo, tmp_path, **settings, OIDC_NAME="Talwind-Konto") as made:
        provider.back = made.origin + BACK
        with running(make_app(made.data, made.content, url=made.origin)) as beside:
            with_password(beside, CLARA)
        yield made


@pytest.fixture
def tab(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens tabs that write down what the browser complains of."""
    contexts, problems = [], []

    def open_tab(**options) -> Page:
        context = chromium.new_context(base_url=server.origin, locale="de-DE", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert problems == []


@pytest.mark.parametrize(("has_script", "viewport", "scheme"), [(True, PHONE, "dark"), (False, DESKTOP, "light")])
def test_clara_links_her_account_and_signs_in_with_it_from_then_on(tab, has_script, viewport, scheme):
    assert not clock.is_held()
    page = tab(viewport=viewport, java_script_enabled=has_script, color_scheme=scheme)

    def seems_well() -> None:
        assert not has_script or complaints(page) == []

    page.goto("/de/account/sign-in")
    seems_well()
    page.get_by_label("E-Mail-Adresse").fill(CLARA.email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.goto("/de/account/overview")
    page.get_by_role("link", name="Mit Talwind-Konto verknüpfen").click()
    seems_well()
    page.get_by_role("link", name="Mit Talwind-Konto verknüpfen").focus()
    page.keyboard.press("Enter")
    page.get_by_text("clara.vogt").wait_for()
    seems_well()
    page.get_by_role("button", name="Konto verknüpfen").click()
    page.get_by_role("heading", name="Firmenanmeldung").wait_for()
    seems_well()

    other = tab(viewport=viewport, java_script_enabled=has_script)
    other.goto("/desk/notices")
    other.get_by_role("link", name="Mit Talwind-Konto anmelden").click()
    other.wait_for_url("**/desk/notices")
