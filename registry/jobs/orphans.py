"""Jobs that nobody works on any more: their worker was killed, or the database died as their end was written.

Such a job stays ``doing``, and as one of a kind runs at a time no other of its kind would ever run again.
procrastinate forgets workers that are silent, but not what they had begun. So each worker looks when it
starts and then every LOOK_S, outside of the jobs, which have locks of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

log = structlog.get_logger("registry")
LOOK_S = 30.0
SILENT_S = 30.0
"""A worker says every 10 s that it lives."""


class Orphans:
    """Of one queue and its only worker in this process."""

    def __init__(self, queue: App) -> None:
        self._queue = queue
        self._mine: int | None = None
        self._running: set[int | None] = set()
        self._suspected: set[int | None] = set()

    async def watch(self, go_on: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
        """Around each job: what runs here (a worker middleware)."""
        self._mine = worker.worker_id
        self._running.add(context.job.id)
        try:
            return await go_on()
        finally:
            self._running.discard(context.job.id)

    async def look(self) -> int:
        """Make them due again; returns how many there were."""
        stalled = await self._queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S)
        jobs = [*stalled, *await self._my_own()]
        for job in jobs:
            try:
                await self._again(job)
            except ConnectorException as error:  # another worker has just done it
                log.info("orphan", job=job.task_name, error=type(error).__name__)
            else:
                log.warning("orphan", job=job.task_name)
        return len(jobs)

    async def keep_looking(self) -> None:
        """Until cancelled. While the database is away the worker itself says so."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except ConnectorException as error:
                log.error("orphans", error=type(error).__name__)

    async def _my_own(self) -> list[Job]:
        """Begun by this worker and not running here, twice in a row: one that is just beginning or ending
        looks the same for a moment."""
        if self._mine is None:
            return []
        begun = await self._queue.job_manager.list_jobs_async(status=Status.DOING.value, worker_id=self._mine)
        idle = {job.id: job for job in begun if job.id not in self._running}
        before, self._suspected = self._suspected, set(idle)
        return [job for number, job in idle.items() if number in before]

    async def _again(self, job: Job) -> None:
        manager = self._queue.job_manager
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the next one of its kind waits already, and does what is due
            await manager.finish_job(job, Status.FAILED, delete_job=True)
