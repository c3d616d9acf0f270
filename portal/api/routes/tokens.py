"""What a token opens, and the description of the interface, for whoever sets a program up."""

from flask import Response, current_app

from portal.api.access import program
from portal.api.describing import described
from portal.api.routes.blueprint import answer, bp
from portal.api.rules import Scope


@bp.get("/token")
def show_token() -> Response:
    """The token that was shown: its name, what it opens, when it expires."""
    token = program().token
    opened = [scope.value for scope in Scope if token.opens(scope)]
    return answer({"name": token.name, "scopes": opened, "expires_at": token.expires_at})


@bp.get("/openapi.json")
def describe() -> Response:
    """The interface as OpenAPI: the same for every company, so that tools read it without a token."""
    return answer(described(current_app.url_map))
