"""A job survives its worker: killed, cut off, or overtaken by the next of its kind (S9, S25)."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from stuck_worker import NAME, NEVER

from registry.jobs import queue as queueing
from registry.jobs.orphans import Orphans
from registry.jobs.table import Job

SCRIPT = Path(__file__).with_name("stuck_worker.py")
LATER = "UPDATE jobs.procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
OLDER = "UPDATE jobs.procrastinate_events SET at = at - interval '1 hour'"


async def do(office, statement):
    async with office.engine.begin() as connection:
        return await connection.execute(text(statement))


async def states(office):
    return list((await do(office, "SELECT status::text FROM jobs.procrastinate_jobs ORDER BY id")).scalars())


@pytest.fixture
async def killed(office, tmp_path):
    """A worker's process began the job, then got SIGKILL."""
    url = office.settings.database_url
    worker = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), url, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert await worker.stdout.readline() == b"begun\n"
    worker.kill()
    await worker.wait()


@pytest.mark.parametrize("waiting", [0, 1])
async def test_a_killed_workers_job_runs_again(office, killed, waiting):
    """The next worker does it, also when the clock has made another of its kind due meanwhile."""
    done = []

    async def work(_):
        done.append(1)
        return 1

    jobs = [Job(NAME, NEVER, work)]
    queue = queueing.make_queue(office, jobs)
    async with queue.open_async():
        for number in range(waiting):
            await queue.tasks[NAME].defer_async(timestamp=number)
    assert await states(office) == ["doing", *["todo"] * waiting]
    await do(office, LATER)
    await queueing.work(office, jobs, wait=False)
    assert (done, await states(office)) == ([1], [])


async def test_a_running_worker_finds_what_another_left(office, killed, monkeypatch):
    """Nobody has to start anything: a worker that has been up for long looks again and again."""
    done = asyncio.Event()

    async def work(_):
        done.set()
        return 1

    monkeypatch.setattr("registry.jobs.orphans.LOOK_S", 0.01)
    monkeypatch.setattr(queueing, "POLL_S", 0.01)
    running = asyncio.create_task(queueing.work(office, [Job(NAME, NEVER, work)]))
    try:
        while await workers(office) < 2:  # noqa: ASYNC110 - the killed one's row and this one's
            await asyncio.sleep(0.01)
        assert not done.is_set()
        await do(office, f"{LATER} WHERE id = (SELECT min(id) FROM jobs.procrastinate_workers)")
        await done.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await states(office) == []


async def workers(office):
    return (await do(office, "SELECT count(*) FROM jobs.procrastinate_workers")).scalar_one()


async def test_what_another_is_doing_is_left_alone(office):
    """A living worker's job is nobody else's, however often one looks."""
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(_):
        begun.set()
        await go.wait()
        return 1

    queue = queueing.make_queue(office, [Job(NAME, NEVER, slow)])
    async with queue.open_async():
        orphans = Orphans(queue)
        await queue.tasks[NAME].defer_async(timestamp=0)
        running = asyncio.create_task(
            queue.run_worker_async(
                wait=False,
                install_signal_handlers=False,
                delete_jobs="successful",
                worker_middleware=[orphans.watch],
            )
        )
        await begun.wait()
        for one in (orphans, orphans, orphans, Orphans(queue)):
            assert await one.look() == 0
        assert await states(office) == ["doing"]
        go.set()
        await running
    assert await states(office) == []


async def test_an_end_that_was_not_written_is_made_good(office, monkeypatch):
    """The database dies as a job's end is written, its worker lives on: the job runs again."""
    done = []

    async def work(_):
        done.append(1)
        return 1

    queue = queueing.make_queue(office, [Job(NAME, NEVER, work)])
    async with queue.open_async():
        orphans, finish = Orphans(queue), queue.job_manager.finish_job
        again = asyncio.Event()

        async def away(*_, **__):
            monkeypatch.setattr(queue.job_manager, "finish_job", finish)
            again.set()
            raise ConnectorException

        monkeypatch.setattr(queue.job_manager, "finish_job", away)
        await queue.tasks[NAME].defer_async(timestamp=0)
        running = asyncio.create_task(
            queue.run_worker_async(
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=0.01,
                worker_middleware=[orphans.watch],
            )
        )
        await again.wait()
        while not await orphans.look():  # noqa: ASYNC110
            await asyncio.sleep(0)
        while await states(office):  # noqa: ASYNC110 - the worker takes it by itself
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert done == [1, 1]


async def test_a_failed_job_makes_way_for_the_next_of_its_kind(office):
    """While it ran another became due: it cannot be tried again beside that one, and must not block it."""
    tries = []

    async def broken(_):
        tries.append(1)
        if len(tries) == 1:
            await queue.tasks[NAME].defer_async(timestamp=1)
            raise ValueError
        return 1

    queue = queueing.make_queue(office, [Job(NAME, NEVER, broken)])
    async with queue.open_async():
        await queue.tasks[NAME].defer_async(timestamp=0)
        await queue.run_worker_async(wait=False, install_signal_handlers=False)
    assert await states(office) == ["doing", "todo"]
    await queueing.work(office, [Job(NAME, NEVER, broken)], wait=False)
    assert (tries, await states(office)) == ([1, 1], [])


async def test_the_figures_tell_of_a_job_that_hangs(cadre, office, killed, monkeypatch):
    """How long the oldest running job has run is a figure to be warned by."""
    monkeypatch.setenv("NUANFANG_METRICS_TOKEN", "scrape")
    await do(office, OLDER)
    answer = await cadre.client.get("/metrics", headers={"Authorization": "Bearer scrape"})
    (line,) = [one for one in answer.text.splitlines() if one.startswith("nuanfang_jobs_doing_seconds ")]
    assert float(line.split()[1]) >= 3600
