"""The strip above the tabs' screens: how the road stands, and for a moment that all has arrived (S25)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import flet as ft

from app.actions.clock_doubt import clock_doubt
from app.lang import t
from app.views.components import Tone, banner, quiet, sliding
from app.views.context import go, use_bell, use_services
from app.views.format import megabytes, span
from app.views.shell.road_state import RoadSign, Strip, next_strip, road_sign, time_left

if TYPE_CHECKING:
    from datetime import timedelta

    from flet.components.hooks.use_ref import MutableRef

    from app.actions.services import Services
    from sync.status import Reading

STAYS_S = 4.0
"""How long 都送到了 stands: read at a glance, gone before it is in the way."""

_SIGNS: dict[RoadSign, tuple[ft.IconData, Tone]] = {
    RoadSign.CLOCK: (ft.Icons.EVENT_BUSY_OUTLINED, Tone.WAIT),
    RoadSign.CLOCK_FAST: (ft.Icons.EVENT_BUSY_OUTLINED, Tone.WAIT),
    RoadSign.CLOCK_SLOW: (ft.Icons.EVENT_BUSY_OUTLINED, Tone.WAIT),
    RoadSign.OFFLINE: (ft.Icons.CLOUD_OFF_OUTLINED, Tone.QUIET),
    RoadSign.OFFLINE_WAITING: (ft.Icons.CLOUD_OFF_OUTLINED, Tone.QUIET),
    RoadSign.SENDING: (ft.Icons.CLOUD_UPLOAD_OUTLINED, Tone.DONE),
    RoadSign.WAITING: (ft.Icons.CLOUD_QUEUE, Tone.QUIET),
    RoadSign.PHOTOS: (ft.Icons.CLOUD_UPLOAD_OUTLINED, Tone.DONE),
    RoadSign.PHOTOS_WAITING: (ft.Icons.CLOUD_QUEUE, Tone.QUIET),
    RoadSign.WIFI: (ft.Icons.WIFI, Tone.QUIET),
    RoadSign.LOGIN: (ft.Icons.KEY_OFF_OUTLINED, Tone.WAIT),
    RoadSign.UPDATE: (ft.Icons.SYSTEM_UPDATE, Tone.WAIT),
    RoadSign.PROBLEM: (ft.Icons.ERROR_OUTLINE, Tone.PROBLEM),
    RoadSign.ARRIVED: (ft.Icons.CLOUD_DONE_OUTLINED, Tone.DONE),
}

_SAID_BY_RECORDS = {RoadSign.PROBLEM, RoadSign.OFFLINE_WAITING, RoadSign.WAITING, RoadSign.ARRIVED}
"""Not said twice: the list of records begins with it."""


@ft.component
def RoadStrip(here: str) -> ft.Control:
    """One calm strip about the network and what waits; it slides in, and away when there is nothing to say.
    ``here`` is the address of the tab that it stands on."""
    services = use_services()
    use_bell()
    troubled, off = len(services.store.chain().troubled), clock_doubt(services)
    shown = _use_shown(road_sign(services.runner.status.reading, troubled, off))
    sign = shown.strip.sign
    if sign is None or (sign in _SAID_BY_RECORDS and here == "/records"):
        return sliding(None, shown.tone)
    shown.tone = _SIGNS[sign][1]
    return sliding(_banner(services, sign, here, troubled, off), shown.tone)


class Shown:
    """What a strip says, its last colour, and the timer of its good news."""

    def __init__(self) -> None:
        self.strip = Strip()
        self.tone = Tone.QUIET
        self._timer: asyncio.TimerHandle | None = None

    def wait(self, then: Callable[[], None]) -> None:
        """Call after ``STAYS_S``, in the page's own context, unless stopped."""
        self._timer = asyncio.get_running_loop().call_later(STAYS_S, then)

    def stop(self) -> None:
        """Nothing will be called; also when nothing was to be."""
        if self._timer is not None:
            self._timer.cancel()


def _use_shown(road: RoadSign | None) -> Shown:
    """The strip as the ``road`` now stands; ``STAYS_S`` after a sending the good news is let go."""
    made: MutableRef[Shown] = ft.use_ref(Shown)
    _, draw = ft.use_state(0)
    shown = cast(Shown, made.current)
    shown.strip = next_strip(shown.strip, road)

    def let_go() -> None:
        shown.strip = Strip()
        draw(lambda times: times + 1)

    arrived = shown.strip.sign is RoadSign.ARRIVED
    ft.use_effect(lambda: shown.wait(let_go) if arrived else None, [arrived], shown.stop)
    return shown


def _banner(
    services: Services, sign: RoadSign, here: str, troubled: int, off: timedelta | None
) -> ft.Control:
    reading = services.runner.status.reading
    icon, tone = _SIGNS[sign]
    count = troubled if sign is RoadSign.PROBLEM else reading.pending_records
    how_far = "" if off is None else span(off)
    words = t(f"common.sync.{sign.value}", count=count, photos=reading.pending_media, span=how_far)
    return banner(icon, [words, *_how_much(reading, sign)], tone, _way_out(services, sign, here))


def _how_much(reading: Reading, sign: RoadSign) -> list[str]:
    """Megabytes and honest time of what is on its way, megabytes of what waits for Wi-Fi (S25)."""
    if sign is RoadSign.WIFI:
        return megabytes(reading.wifi_bytes)
    if sign not in (RoadSign.SENDING, RoadSign.PHOTOS):
        return []
    left = time_left(reading)
    later = [t(f"common.sync.left.{left[0]}", count=left[1])] if left is not None else []
    return [*megabytes(reading.bytes_left - reading.wifi_bytes), *later]


def _way_out(services: Services, sign: RoadSign, here: str) -> ft.Control | None:
    if sign is RoadSign.WIFI:
        return quiet(t("common.sync.photos_now"), services.runner.photos_now, snug=True)
    if sign is RoadSign.PROBLEM:
        return quiet(t("common.sync.look"), lambda: go("/records"), snug=True)
    if sign is RoadSign.LOGIN:
        return quiet(t("common.sync.enrol"), lambda: go("/enrol"), snug=True)
    newer = services.update is not None and services.update.listeners.value
    if sign is RoadSign.UPDATE and newer and here != "/me":
        return quiet(t("common.sync.to_update"), lambda: go("/me"), snug=True)
    return None
