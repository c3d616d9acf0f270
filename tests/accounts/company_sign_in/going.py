"""Going to the provider and coming back, and what is linked."""

from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import select

from portal.accounts.models import CompanyLink
from portal.foundation.database import db, transaction
from tests.cast import account
from tests.conftest import NOON

START = "/de/account/company-sign-in"
ERRAND, LINK = f"{START}/errand", f"{START}/link"


def link(app, person, provider, subject="clara-there") -> int:
    """The number of that person's account, linked with somebody there."""
    user_id = account(app, person)
    with app.app_context(), transaction():
        db.session.add(
            CompanyLink(user_id=user_id, issuer=provider.issuer, subject=subject, called="clara.vogt", created_at=NOON)
        )
    return user_id


def links(app) -> list[tuple[int, str]]:
    with app.app_context():
        return [(row.user_id, row.subject) for row in db.session.scalars(select(CompanyLink))]


def comes_back(visitor, provider, start=START, **claims):
    """What the browser is shown after it has been at the provider."""
    return visitor.opens(provider.lets_in(visitor.opens(start).location, **claims))


def is_in(visitor) -> bool:
    return visitor.opens("/de/account/overview").status == 200


def state_of(location: str) -> str:
    return dict(parse_qsl(urlsplit(location).query))["state"]
