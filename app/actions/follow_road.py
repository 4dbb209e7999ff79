"""Let the screens follow the road: ring when the runner's reading changes, a few times a second at most."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from app.actions.wipe import obey_wipe, ordered
from domain.errors import NuanFangError

if TYPE_CHECKING:
    from app.actions.services import Services
    from sync.status import Reading

logger = logging.getLogger("nuanfang")
CALM_S = 0.25
"""Drawing a list on a cheap phone costs: changes within this time are shown together."""


def follow(services: Services) -> None:
    """From now on: who we are, and the bell, follow the runner."""
    session = services.store.session()
    if session is not None:
        services.me, services.registry_url = session.me, session.base_url
    waiting: list[asyncio.TimerHandle] = []
    obeying: list[asyncio.Future[None]] = []

    async def obey() -> None:
        done = False
        try:
            done = await obey_wipe(services)
        except NuanFangError:
            logger.warning("the office's wipe is put off", exc_info=True)
        finally:
            if not done:  # at the next reading it is tried again
                obeying.clear()

    def ring() -> None:
        waiting.clear()
        latest = services.store.session()
        if latest is not None and services.me is not None and latest.me != services.me:
            services.me = latest.me
            services.shell_bell.ring()
        services.bell.ring()

    def changed(reading: Reading) -> None:
        if not obeying and ordered(services):
            obeying.append(asyncio.ensure_future(obey()))
        if not waiting:
            waiting.append(asyncio.get_running_loop().call_later(CALM_S, ring))

    services.runner.status.subscribe(changed)
