"""The numbers of `/metrics`, in the text format of Prometheus: of all web processes of a machine, and of the data."""

import os
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.queries import failed_sign_ins
from portal.foundation.chores import ChoreRun
from portal.foundation.database import db, hurried
from portal.foundation.process.skew import CLOCK_COMPARISON
from portal.foundation.sql.schema import newest_revision
from portal.inbox.queries import count_in
from portal.inbox.rules.judging import State
from portal.notifications.models import Notification
from portal.operation.alarms import ringing
from portal.operation.health import free_disk, health, newest_backup, oldest_due, silent_for
from portal.operation.rules import STORM_SPAN, VERSION
from portal.questions.models import Question


def metrics(now: datetime) -> bytes:
    """Everything there is to say at that moment."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REGISTRY)
    registry.register(_Data(now))
    return generate_latest(registry)


class _Data:
    """What is not counted but read: database, disk and backups."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each number with its sentence; those of the database are missing while it is away."""
        build = GaugeMetricFamily("portal_build_info", "Which code this is.", labels=["version", "schema"])
        build.add_metric([VERSION, newest_revision()], 1)
        yield build
        found = health(self._now)
        checks = GaugeMetricFamily("portal_check", "1 where a check of /readyz holds.", labels=["check"])
        for name, holds in found.checks.items():
            checks.add_metric([name], float(holds))
        yield checks
        alarms = GaugeMetricFamily("portal_alarm", "1 where somebody should look.", labels=["alarm"])
        for name, rings in ringing(self._now, found).items():
            alarms.add_metric([name], float(rings))
        yield alarms
        free, total = free_disk()
        yield GaugeMetricFamily("portal_disk_free_bytes", "Free where PORTAL_DATA lies.", value=free)
        yield GaugeMetricFamily("portal_disk_bytes", "Size of the disk of PORTAL_DATA.", value=total)
        if (age := newest_backup(self._now)) is not None:
            yield GaugeMetricFamily("portal_backup_age_seconds", "Of the newest backup.", value=age.total_seconds())
        if (apart := CLOCK_COMPARISON.here().difference) is not None:
            yield GaugeMetricFamily("portal_clock_seconds", "Our clock is ahead of another.", value=apart.seconds)
        if found.checks["database"]:
            yield from self._of_database()

    def _of_database(self) -> Iterator[GaugeMetricFamily]:
        try:
            with hurried():
                numbers = self._numbers()
        except SQLAlchemyError:
            return
        for name, (sentence, value) in numbers.items():
            yield GaugeMetricFamily(name, sentence, value=value)

    def _numbers(self) -> dict[str, tuple[str, float]]:
        unsent = (Notification.sent_at.is_(None), Notification.failed_at.is_(None))
        oldest, silent = oldest_due(self._now), silent_for(self._now)
        failing = select(func.count()).select_from(ChoreRun).where(ChoreRun.problem != "")
        return {
            "portal_outbox_oldest_seconds": (
                "Age of the oldest mail that is due.",
                oldest.total_seconds() if oldest else 0,
            ),
            "portal_outbox_waiting": ("Mails not sent yet.", _count(Notification, *unsent)),
            "portal_outbox_failed": (
                "Mails that have failed.",
                _count(Notification, Notification.failed_at.is_not(None)),
            ),
            "portal_incoming_waiting": ("Mails that came in and wait for a person.", count_in(State.WAITING)),
            "portal_incoming_unread": ("Mails that came in and nobody has looked into.", count_in(State.NEW)),
            "portal_duties_failing": ("Duties of the worker whose last run failed.", db.session.scalar(failing) or 0),
            "portal_worker_silent_seconds": (
                "Since a worker has finished a duty.",
                silent.total_seconds() if silent is not None else -1,
            ),
            "portal_sign_ins_failed_5m": (
                "Wrong passwords and codes of the last five minutes.",
                failed_sign_ins(self._now - STORM_SPAN),
            ),
            "portal_questions": ("Questions there are.", _count(Question)),
        }


def _count(table: type, *rules: object) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*rules)) or 0  # type: ignore[arg-type]
