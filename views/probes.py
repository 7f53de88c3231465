"""For machines that watch the machine: alive, ready, and figures in the Prometheus format.

`/healthz` the process answers; `/readyz` it can work: database, tables, clocks, disk (503 when not); `/metrics` only for the
addresses of the setting 指标采集地址, which is empty at first.
"""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass

from models import Heartbeat, ImportRun, OutboxMessage, backup, db, scope
from models.chain import AuditHead
from models.importing.run import BUSY
from models.message import OutboxState
from models.now import now
from models.setting import setting
from views import journal
from views.checkup.finding import Findings, Level
from views.checkup.machine import check_database, check_disk, check_files_answer, check_migrations
from views.checkup.running import check_heartbeat
from views.hardening import allowed

READY: dict[str, Callable[[], Findings]] = {
    "database": check_database, "migrations": check_migrations, "scheduler": check_heartbeat, "disk": check_disk, "files": check_files_answer}
# Without these nobody can work; clocks that have stopped and a store of files that does not answer are told, and shown in the figures.
NEEDED = frozenset({"database", "migrations", "disk"})
REQUESTS = Counter("dudao_requests_total", "Answered requests", ["room", "method", "status"])
SECONDS = Histogram("dudao_request_seconds", "Time to answer", ["room"], buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30))


def init_app(app: Flask) -> None:
    """Three addresses, and counting every answer."""
    app.add_url_rule("/healthz", "healthz", lambda: ("ok\n", 200, {"Content-Type": "text/plain"}))
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/metrics", "metrics", metrics)
    app.after_request(_count)


def readyz() -> tuple[dict[str, str], int]:
    """Each part and how it stands; 503 when people cannot work."""
    stands = {name: _level(check) for name, check in READY.items()}
    well = all(stands[name] is not Level.MISSING for name in NEEDED)
    return {name: level.value for name, level in stands.items()}, 200 if well else 503


def _level(check: Callable[[], Findings]) -> Level:
    """The worst finding of a check; one that breaks off is the worst."""
    order = list(Level)
    try:
        with scope.everything():
            return max((finding.level for finding in check()), key=order.index)
    except Exception:
        current_app.logger.exception("readyz")
        return Level.MISSING
    finally:
        db.session.rollback()


def metrics() -> Response:
    """Counters of all workers and what the database says now; does not exist for other addresses."""
    with scope.everything():
        wanted = setting("metrics_addresses").strip()
        if not wanted or not allowed(request.remote_addr or "", wanted):
            return Response(status=404)
        registry = CollectorRegistry()
        if ValueClass.__name__ == "MmapedValue":  # several workers share a folder: commands/serve.py
            MultiProcessCollector(registry)
        else:
            registry.register(_Own())
        registry.register(_State())
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Own:
    """What this one process has counted."""

    def collect(self) -> Iterator[Any]:
        yield from REQUESTS.collect()
        yield from SECONDS.collect()


class _State:
    """How the desk stands, asked when somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (words, ask) in GAUGES.items():
            value = ask()
            if value is not None:
                yield GaugeMetricFamily(f"dudao_{name}", words, value=float(value))


def _count_of(model: Any, where: Any) -> Callable[[], int]:
    return lambda: db.session.scalar(sa.select(sa.func.count()).select_from(model).where(where))


def _sweep_age() -> float | None:
    last = db.session.scalar(sa.select(sa.func.max(Heartbeat.finished_at)).where(Heartbeat.error.is_(None)))
    return None if last is None else (now() - last).total_seconds()


def _backup_age() -> float | None:
    last = backup.newest_at()
    return None if last is None else (now() - last).total_seconds()


GAUGES: dict[str, tuple[str, Callable[[], float | None]]] = {
    "sweep_age_seconds": ("Since the last sweep that went through", _sweep_age),
    "backup_age_seconds": ("Since the newest backup", _backup_age),
    "backup_failed": ("1 when the last scheduled backup failed", lambda: bool(backup.failure())),
    "disk_free_bytes": ("Beside the data folder", lambda: shutil.disk_usage(current_app.instance_path).free),
    "trail_links": ("Links of the audit chain", lambda: db.session.scalar(sa.select(AuditHead.count)) or 0),
    "outbox_waiting": ("Messages to be sent", _count_of(OutboxMessage, OutboxMessage.state == OutboxState.WAITING)),
    "outbox_given_up": ("Messages nobody got", _count_of(OutboxMessage, OutboxMessage.state == OutboxState.GIVEN_UP)),
    "imports_waiting": ("Uploads the worker has before it", _count_of(ImportRun, ImportRun.state.in_(BUSY))),
}


def _count(response: Response) -> Response:
    """A room is a panel, not an address: few enough to keep."""
    room = (request.endpoint or "none").partition(".")[0]
    REQUESTS.labels(room, request.method, str(response.status_code)).inc()
    SECONDS.labels(room).observe(journal.spent())
    return response
