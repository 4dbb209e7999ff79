"""A worker of its own process that never ends the job it has begun: to be killed. Words: database, folder."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from fresh import settings_for

from registry.jobs.queue import make_queue
from registry.jobs.table import Job
from registry.service.office import Office, open_office

NAME = "a.stuck"
NEVER = "0 0 1 1 *"


async def stuck(_: Office) -> int:
    print("begun", flush=True)
    await asyncio.Event().wait()
    return 0


async def main(url: str, folder: str) -> None:
    office = await open_office(settings_for(url, Path(folder)))
    queue = make_queue(office, [Job(NAME, NEVER, stuck)])
    async with queue.open_async():
        await queue.tasks[NAME].defer_async(timestamp=0)
        await queue.run_worker_async(install_signal_handlers=False)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
