"""The addresses of monitors: `/healthz`, `/readyz`, `/metrics`. The public learns one word."""

import hmac
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.operation.alarms import ringing
from portal.operation.health import IS_LEAVING, health
from portal.operation.metrics import metrics

bp = Blueprint("operation", __name__)

_LOOPBACK = ("127.0.0.1", "::1")
# Whoever comes through a proxy is somebody else than this machine, whatever the address says.
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@bp.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether people can be served here; what exactly holds is told to the operator alone."""
    if IS_LEAVING.here():
        return jsonify(status="leaving"), 503
    now = clock.now()
    found = health(now)
    details: dict[str, Any] = {}
    if _is_operator():
        alarms = [name for name, rings in ringing(now, found).items() if rings]
        details = found.checks | {"warnings": list(found.warnings.values()), "alarms": alarms}
    return jsonify(status=found.word, **details), 200 if found.is_ready else 503


@bp.get("/metrics")
def show_metrics() -> Response:
    """Numbers for Prometheus; for everybody else there is nothing here."""
    if not _is_operator():
        abort(404)
    return Response(metrics(clock.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_operator() -> bool:
    """This machine itself, or whoever holds METRICS_TOKEN."""
    config = CONFIG.here()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if config.metrics_token and hmac.compare_digest(given.encode(), config.metrics_token.encode()):
        return True
    return request.remote_addr in _LOOPBACK and not any(name in request.headers for name in _FORWARDED)
