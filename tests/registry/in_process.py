"""The whole registry in the test's own process, behind an HTTP client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from registry.api.app import create_app
from registry.service.office import Office
from registry.service.settings import Settings


@asynccontextmanager
async def running(
    settings: Settings, *, raise_app_exceptions: bool = False
) -> AsyncIterator[tuple[httpx.AsyncClient, Office]]:
    """Opened and closed as a server does it; ``raise_app_exceptions``: a crash fails the test itself."""
    app = create_app(settings)
    up, down = asyncio.Event(), asyncio.Event()

    async def live() -> None:  # its context must be left by the task that entered it
        async with app.lifespan():
            up.set()
            await down.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=raise_app_exceptions)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry") as client:
        yield client, app.state.office
    down.set()
    await task
