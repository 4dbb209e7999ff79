"""What the registry does by itself: each job does its work, in a queue that many may serve (S9, S25)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select, text

from domain.ids import new_id
from registry.cli.main import cli
from registry.db.tables import NOWHERE, log_heads, log_leaves, rates, token_ids, uploads
from registry.jobs import queue as queueing
from registry.jobs.table import JOBS, Job
from registry.service.purge import KEEP_JTI, purge_rates, purge_token_ids
from registry.service.rates import SLOT_SECONDS
from registry.service.times import now


async def count(office, table):
    async with office.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table))


async def rows(office, statement):
    async with office.engine.connect() as connection:
        return list((await connection.execute(text(statement))).scalars())


async def test_the_queue_runs_each_job(cadre, office):
    """Deferred like a schedule does it, the jobs do their work in the database and leave no rest."""
    await cadre.send(cadre.seal({"any": "thing"}, type="follow_up"))
    queue = queueing.make_queue(office)
    async with queue.open_async():
        for job in JOBS:
            await queue.tasks[job.name].defer_async(timestamp=0)
        await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")
    assert await rows(office, "SELECT status::text FROM jobs.procrastinate_jobs") == []
    assert await count(office, log_leaves) == 1
    assert await count(office, log_heads) == 1


async def test_a_schedule_makes_each_job_due(office):
    """Every job is on the clock, also the one with seconds."""
    queue = queueing.make_queue(office)
    assert {task.task.name for task in queue.periodic_registry.periodic_tasks.values()} == {
        job.name for job in JOBS
    }
    assert {task.cron for task in queue.periodic_registry.periodic_tasks.values()} == {
        job.cron for job in JOBS
    }


async def test_a_failing_job_is_tried_again_and_hinders_no_other(office, capfd):
    """It waits for its next try with its error in the log, without the error's words."""
    done = []

    async def broken(_):
        raise ValueError("王秀英")

    async def fine(_):
        done.append(1)
        return 1

    queue = queueing.make_queue(
        office, [Job("a.broken", "0 0 1 1 *", broken), Job("b.fine", "0 0 1 1 *", fine)]
    )
    async with queue.open_async():
        for name in ("a.broken", "b.fine"):
            await queue.tasks[name].defer_async(timestamp=0)
        await queue.run_worker_async(wait=False, install_signal_handlers=False)
    assert done == [1]
    assert await rows(
        office, "SELECT task_name || ' ' || status FROM jobs.procrastinate_jobs ORDER BY task_name"
    ) == ["a.broken todo", "b.fine succeeded"]
    log = capfd.readouterr().err
    told = [json.loads(line) for line in log.splitlines() if "a.broken" in line]
    assert [(one["job"], one["error"]) for one in told] == [("a.broken", "ValueError")]
    assert "王秀英" not in log


async def test_one_of_a_kind_waits_at_most(office):
    """A slow database does not pile jobs up."""
    from procrastinate.exceptions import AlreadyEnqueued

    queue = queueing.make_queue(office)
    async with queue.open_async():
        await queue.tasks["rates.purge"].defer_async(timestamp=0)
        with pytest.raises(AlreadyEnqueued):
            await queue.tasks["rates.purge"].defer_async(timestamp=1)


async def test_jobs_beside_the_api_stop_with_it(office, monkeypatch):
    """A worker that falls over is started again; leaving ends it."""
    started = asyncio.Event()
    tries = []

    async def falls(_office):
        tries.append(1)
        if len(tries) == 2:
            started.set()
        raise OSError("no database")

    monkeypatch.setattr(queueing, "work", falls)
    monkeypatch.setattr(queueing, "POLL_S", 0)
    async with queueing.working(office):
        await started.wait()
    after = len(tries)
    await asyncio.sleep(0)
    assert len(tries) == after


async def test_a_real_worker_ends_when_cancelled(office):
    """The worker beside the API lets go of its connections."""
    listed = "SELECT count(*) FROM jobs.procrastinate_workers"
    async with queueing.working(office):
        while await rows(office, listed) == [0]:  # noqa: ASYNC110 - another process could have it
            await asyncio.sleep(0.05)
    assert await rows(office, listed) == [0]


async def test_expired_uploads_are_swept(cadre, office):
    """Parts of uploads nobody finished are removed; a running one stays."""
    data = b"x" * 1000
    digest = base64.b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
    for _ in range(2):
        head = cadre.tus(**{"Upload-Length": "1000", "Upload-Metadata": f"sha256 {digest}"})
        place = (await cadre.client.post("/v1/media", headers=head)).headers["location"]
    chunk = cadre.tus(**{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    await cadre.client.patch(place, content=data[:10], headers=chunk)
    async with office.engine.begin() as connection:
        old = now() - timedelta(days=3)
        await connection.execute(uploads.update().where(uploads.c.received > 0).values(expires_at=old))
    job = next(job for job in JOBS if job.name == "uploads.sweep")
    assert await job.work(office) == 1
    assert await job.work(office) == 0
    assert await count(office, uploads) == 1


async def test_old_counters_and_ids_are_forgotten(cadre, office):
    """Those in use stay: a recent assertion cannot be used again."""
    slot = int(time.time()) // SLOT_SECONDS
    async with office.engine.begin() as connection:
        await connection.execute(
            insert(rates).values(
                [{"county": NOWHERE, "subject": "old", "slot": slot - n, "count": 1} for n in (0, 9)]
            )
        )
        await connection.execute(
            insert(token_ids).values(
                county=cadre.me.county, device_id=cadre.device_id, jti=new_id(), seen_at=now() - KEEP_JTI * 2
            )
        )
    kept = await count(office, token_ids) - 1
    assert await purge_rates(office) == 1
    assert await purge_token_ids(office) == 1
    assert (await count(office, token_ids), kept > 0) == (kept, True)


def test_the_command_does_every_job_once(database, tmp_path, monkeypatch):
    """nuanfang registry work --once says what it did."""
    monkeypatch.setenv("NUANFANG_MASTER_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s")
    found = CliRunner().invoke(
        cli, ["registry", "work", "--once", "--database-url", database, "--data", str(tmp_path)]
    )
    assert found.exit_code == 0, found.output
    said = [line.split("\t")[0] for line in found.stdout.splitlines() if "\t" in line]
    assert said == [job.name for job in JOBS]


async def test_the_api_does_jobs_when_asked(settings, monkeypatch):
    """serve --jobs: the worker lives as long as the app."""
    from registry.api import app as api

    seen = []

    class Working:
        def __init__(self, office):
            seen.append(office)

        async def __aenter__(self):
            seen.append("up")

        async def __aexit__(self, *_):
            seen.append("down")

    monkeypatch.setattr(api, "working", Working)
    async with api.create_app(replace(settings, jobs=True)).lifespan():
        assert seen[1:] == ["up"]
    assert seen[1:] == ["up", "down"]
