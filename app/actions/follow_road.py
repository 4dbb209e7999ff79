"""Let the screens follow the road: ring when the runner's reading changes, a few times a second at most."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.actions.wipe import obey_wipe

if TYPE_CHECKING:
    from app.actions.services import Services
    from sync.status import Reading

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
        if not await obey_wipe(services):
            obeying.clear()

    def ring() -> None:
        waiting.clear()
        latest = services.store.session()
        if latest is not None and services.me is not None and latest.me != services.me:
            services.me = latest.me
            services.shell_bell.ring()
        services.bell.ring()

    def changed(reading: Reading) -> None:
        if reading.wipe and not obeying:
            obeying.append(asyncio.ensure_future(obey()))
        if not waiting:
            waiting.append(asyncio.get_running_loop().call_later(CALM_S, ring))

    services.runner.status.subscribe(changed)
