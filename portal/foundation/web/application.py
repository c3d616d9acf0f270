"""Flask without what the portal does not use: coroutines, other hosts and WebSockets cost every request time."""

from typing import Any

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from portal.foundation.web.environ import host_of
from portal.foundation.web.late_rules import LateRule
from portal.foundation.web.strict_request import StrictRequest


class Portal(Flask):
    """Flask, of which every view and hook is a plain function, and which is one site."""

    url_rule_class = LateRule
    request_class = StrictRequest

    def ensure_sync(self, func: Any) -> Any:
        """The function itself: to look whether it is a coroutine takes longer than most hooks."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The addresses of the host that was asked, which must be ours; SecurityError (400) for another."""
        if request is None:
            return super().create_url_adapter(None)
        trusted = request.trusted_hosts = self.config["TRUSTED_HOSTS"]
        request.host = host_of(request.environ, trusted)
        return MapAdapter(
            self.url_map,
            request.host,
            request.root_path,
            subdomain="",
            url_scheme=request.scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode(errors="replace"),
        )
