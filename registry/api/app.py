"""The registry as a Litestar application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import BaseRoute

from registry.api import (
    devices,
    edits,
    entry,
    exchange,
    forms,
    health,
    log,
    metrics,
    pictures,
    supervision,
    surveys,
    tus,
    web,
)
from registry.api.access import give_address, give_office, give_who
from registry.api.edge import Edge
from registry.api.logs import configure_logs
from registry.api.problems import HANDLERS
from registry.api.silent import hang_up_on_the_silent
from registry.db.engine import ANSWER_S
from registry.jobs.queue import working
from registry.service.keys_fresh import keys_fresh
from registry.service.office import open_office
from registry.service.settings import Settings, from_environment
from registry.service.warm import build_types, calm_collector

ROUTES = [
    *entry.ROUTES,
    *exchange.ROUTES,
    *tus.ROUTES,
    *pictures.ROUTES,
    *supervision.ROUTES,
    *edits.ROUTES,
    *forms.ROUTES,
    *surveys.ROUTES,
    *log.ROUTES,
    *devices.ROUTES,
    *health.ROUTES,
    *metrics.ROUTES,
    *web.ROUTES,
]
JSON_BODY = 64 * 1024


class SchemaRouter(Router):
    """Only openapi.json, without the framework's HTML pages: errors have one shape here."""

    def register(self, value: Any) -> list[BaseRoute]:
        """Take the handler of that file, at that address alone."""
        if "/openapi.json" not in value.paths:
            return []
        value.paths = {"/openapi.json"}
        return super().register(value)


@asynccontextmanager
async def _at_work(settings: Settings) -> AsyncIterator[None]:
    """Jobs in this process, with connections of their own: their statements may take longer."""
    office = await open_office(settings)
    try:
        async with keys_fresh(office), working(office):
            yield
    finally:
        await office.close()


def create_app(settings: Settings) -> Litestar:
    """The whole office; the database is opened when the app starts and must have been migrated."""
    configure_logs()
    build_types()

    @asynccontextmanager
    async def office_open(app: Litestar) -> AsyncIterator[None]:
        app.state.office = await open_office(settings, ANSWER_S)
        try:
            async with keys_fresh(app.state.office), _at_work(settings) if settings.jobs else nullcontext():
                yield
        finally:
            await app.state.office.close()

    app = Litestar(
        route_handlers=ROUTES,
        lifespan=[office_open],
        dependencies={
            "office": Provide(give_office, sync_to_thread=False),
            "who": Provide(give_who),
            "address": Provide(give_address, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=5, minimum_size=1000, exclude=["^/app", "^/v1/changes"]
        ),
        openapi_config=OpenAPIConfig(
            title="NuanFang registry",
            version="1",
            openapi_router=SchemaRouter("/v1", route_handlers=[], include_in_schema=False),
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        request_max_body_size=JSON_BODY,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Edge(app.asgi_handler)
    return app


def from_env() -> Litestar:
    """For the server's worker processes: settings from the environment."""
    app = create_app(from_environment())
    app.on_startup.append(hang_up_on_the_silent)
    calm_collector()
    return app
