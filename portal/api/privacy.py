"""What the interface for programs holds: whose tokens there are; they go with the account."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from portal.api.models import ApiToken
from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail


def _export(trail: Trail) -> Iterator[Section]:
    if trail.user_id is not None:
        yield Section("api_tokens", _("Tokens of programs"), _tokens(trail.user_id))


def _tokens(user_id: int) -> Iterator[Record]:
    for row in db.session.scalars(select(ApiToken).filter_by(user_id=user_id).order_by(ApiToken.id)):
        yield Record(
            row.name,
            [
                Fact("scopes", _("What it opens"), row.scopes),
                Fact("created_at", _("Since"), row.created_at),
                Fact("expires_at", _("Expires"), row.expires_at),
                Fact("revoked_at", _("Revoked"), row.revoked_at),
                Fact("used_at", _("Last used"), row.used_at),
            ],
        )


HOLDINGS = (Holding("api", tables=("api_tokens",), export=_export),)
