"""GET /metrics for Prometheus. Off (404) unless NUANFANG_METRICS_TOKEN is set; then only with that token.

The processes of one server share their counters through files (PROMETHEUS_MULTIPROC_DIR, set by
``registry serve``). How old the queues are is asked of the database when scraped. No label ever holds a name,
an id or a path as it was asked: routes only.
"""

from __future__ import annotations

import hmac
import os
from collections import Counter as Tally
from functools import lru_cache
from typing import Any

from litestar import Response, get
from prometheus_client import REGISTRY as OWN
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text

from registry.api.access import AnyRequest, TheOffice
from registry.service.errors import RefusedError
from registry.service.office import Office
from sync.protocol.messages import RecordsAnswer

ENV_TOKEN = "NUANFANG_METRICS_TOKEN"  # noqa: S105 - the name of the setting
SHARED = "PROMETHEUS_MULTIPROC_DIR"
REQUESTS = Counter("nuanfang_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "nuanfang_request_seconds",
    "Time from a request's headers to its answer's end",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
RECEIVED = Counter("nuanfang_received_bytes", "Bytes of request bodies", ["route"])
RECORDS = Counter("nuanfang_records", "Sealed records by what became of them", ["state"])
POOL = Gauge("nuanfang_database_connections", "Connections of the pool in use", multiprocess_mode="livesum")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
AGES = text(
    """
    SELECT (SELECT count(*) FROM quarantine WHERE state = 'open') AS quarantine_open,
           (SELECT count(*) FROM uploads) AS uploads_open,
           (SELECT coalesce(extract(epoch FROM now() - min(scheduled_at)), 0) FROM jobs.procrastinate_jobs
            WHERE status = 'todo' AND scheduled_at <= now()) AS jobs_oldest_seconds,
           (SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo') AS jobs_waiting,
           (SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'failed') AS jobs_failed,
           (SELECT coalesce(extract(epoch FROM now() - min(begun)), 0) FROM (
                SELECT max(e.at) AS begun FROM jobs.procrastinate_jobs j
                JOIN jobs.procrastinate_events e ON e.job_id = j.id AND e.type = 'started'
                WHERE j.status = 'doing' GROUP BY j.id) AS doing) AS jobs_doing_seconds,
           (SELECT count(*) FROM counties o LEFT JOIN log_trees t ON t.county = o.county
            JOIN changes c ON c.county = o.county AND c.position > coalesce(t.position, 0)
                AND c.kind = 'feedback'
            JOIN records r ON r.county = c.county AND r.id = c.id AND r.state = 'accepted'
            WHERE NOT EXISTS (SELECT FROM log_leaves l WHERE l.county = r.county AND l.record_id = r.id
                AND l.record_hash = r.hash)) AS ledger_behind
    """
)


def count_request(method: str, route: str, status: int, seconds: float, size: int) -> None:
    """One answered request; ``route`` as it is declared, "" for what is not served."""
    method = method if method in METHODS else "other"  # a stranger's words would be kept for ever
    requests, took, received = _of(method, route, status)
    requests.inc()
    took.observe(seconds)
    if size:
        received.inc(size)


@lru_cache(maxsize=2048)
def _of(method: str, route: str, status: int) -> tuple[Counter, Histogram, Counter]:
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(route), RECEIVED.labels(route)


def count_records(answer: RecordsAnswer) -> None:
    """What became of a batch."""
    for state, count in Tally(result.state for result in answer.results).items():
        RECORDS.labels(state).inc(count)


@get("/metrics", include_in_schema=False)
async def metrics(request: AnyRequest, office: TheOffice) -> Response[bytes]:
    """Everything, as text."""
    wanted = os.environ.get(ENV_TOKEN, "")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise RefusedError("not_found")
    POOL.set(_in_use(office))
    body = generate_latest(_shared()) + generate_latest(await _asked(office))
    return Response(body, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})


def _shared() -> CollectorRegistry:
    if not os.environ.get(SHARED):
        return OWN
    every = CollectorRegistry()
    MultiProcessCollector(every)  # type: ignore[no-untyped-call]
    return every


async def _asked(office: Office) -> CollectorRegistry:
    found = CollectorRegistry()
    async with office.reader.connect() as connection:
        row: Any = (await connection.execute(AGES)).one()
    for name, value in row._mapping.items():
        Gauge(f"nuanfang_{name}", name.replace("_", " "), registry=found).set(float(value))
    return found


def _in_use(office: Office) -> int:
    pool: Any = office.engine.pool
    return int(pool.checkedout())


ROUTES = [metrics]
