"""The queue: procrastinate on the same PostgreSQL, in the schema ``jobs``. Any number of workers may run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy

from registry.jobs.orphans import Orphans
from registry.jobs.table import JOBS, Job
from registry.service.beside import beside
from registry.service.office import Office

log = structlog.get_logger("registry")
POLL_S = 15.0
PATIENCE_S = 10.0
"""How long a running job may go on when the worker is told to stop; then it is cut off and runs again."""
RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)


def make_queue(office: Office, jobs: Sequence[Job] = JOBS) -> App:
    """The application with every job as a periodic task."""
    url = office.settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    connector = PsycopgConnector(
        conninfo=url,
        min_size=1,
        max_size=3,
        kwargs={"options": "-c search_path=jobs -c timezone=UTC", "connect_timeout": 10},
    )
    queue = App(connector=connector)
    for job in jobs:
        _register(queue, office, job)
    return queue


def _register(queue: App, office: Office, job: Job) -> None:
    async def run(timestamp: int) -> None:
        """``timestamp``: when it was due; a late run does what is due now."""
        started = time.perf_counter()
        try:
            count = await job.work(office)
        except Exception as error:
            log.error("job", job=job.name, error=type(error).__name__)
            raise
        log.info("job", job=job.name, count=count, ms=round((time.perf_counter() - started) * 1000, 1))

    # one waiting at most, and never two of a kind at once: a slow database must not pile them up
    task = queue.task(name=job.name, queueing_lock=job.name, lock=job.name, retry=RETRY)(run)
    queue.periodic(cron=job.cron)(task)


async def work(
    office: Office, jobs: Sequence[Job] = JOBS, *, wait: bool = True, signals: bool = False
) -> None:
    """Do jobs until cancelled (or, with ``signals``, until SIGTERM); not ``wait``: until none is due."""
    queue = make_queue(office, jobs)
    orphans = Orphans(queue)
    options: dict[str, Any] = {"fetch_job_polling_interval": POLL_S, "delete_jobs": "successful"}
    looking = None
    try:
        await queue.open_async()
        await orphans.look()
        looking = asyncio.create_task(orphans.keep_looking())
        await queue.run_worker_async(
            wait=wait,
            install_signal_handlers=signals,
            shutdown_graceful_timeout=PATIENCE_S,
            concurrency=2,
            worker_middleware=[orphans.watch],
            **options,
        )
    finally:
        if looking is not None:
            looking.cancel()
        await queue.close_async()


@asynccontextmanager
async def working(office: Office) -> AsyncIterator[None]:
    """Jobs beside something else in this process; a worker that fails is started again."""

    async def keep_on() -> None:
        while True:
            try:
                await work(office)
            except Exception as error:
                log.error("jobs", error=type(error).__name__)
            await asyncio.sleep(POLL_S)

    async with beside(keep_on()):
        yield
