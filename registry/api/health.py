"""GET /v1/health."""

from __future__ import annotations

import asyncio
from importlib.metadata import PackageNotFoundError, version

from litestar import Response, get
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from registry.api.access import TheOffice
from registry.api.described import ERRORS
from registry.service.drain import draining
from registry.service.office import Office
from registry.service.times import now, wire
from sync.protocol.messages import Health, Ready
from sync.protocol.versions import MAX, MIN


@get("/v1/health", responses=ERRORS)
async def health(office: TheOffice) -> Response[Health]:
    """Whether the database and the photo store answer; 503 without the database. Without photos the registry
    is of use: a phone that asks whether it may send goes on with its records."""
    database, media = await asyncio.gather(_database(office), office.files.check())
    body = Health(
        status="ok" if database and media else "degraded",
        version=_version(),
        protocol_min=MIN,
        protocol_max=MAX,
        server_time=wire(now()),
        database="ok" if database else "down",
        media="ok" if media else "down",
    )
    return Response(body, status_code=200 if database else 503, headers={"Cache-Control": "no-store"})


@get("/v1/ready", responses=ERRORS)
async def ready(office: TheOffice) -> Response[Ready]:
    """For a balancer: 200 when this process may be sent requests, 503 while it drains or has no database."""
    good = not draining() and await _database(office)
    return Response(
        Ready(ready=good), status_code=200 if good else 503, headers={"Cache-Control": "no-store"}
    )


async def _database(office: Office) -> bool:
    try:
        async with asyncio.timeout(5), office.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


def _version() -> str:
    try:
        return version("nuanfang")
    except PackageNotFoundError:
        return "0"


ROUTES = [health, ready]
