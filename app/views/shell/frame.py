"""What stands around the tabs: the navigation bar below, the state of the road above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.lang import t
from app.views.components import Tone, banner, quiet
from app.views.context import go
from app.views.shell.homes import DOORS, OFFICE, home_of
from app.views.shell.road_state import RoadSign, road_sign, time_left

if TYPE_CHECKING:
    from app.actions.services import Services

_ME = ("/me", "common.tab.me", ft.Icons.PERSON_OUTLINE, ft.Icons.PERSON)
_TABS = {
    DOORS: (
        (DOORS, "common.tab.home", ft.Icons.HOME_OUTLINED, ft.Icons.HOME),
        ("/records", "common.tab.records", ft.Icons.ASSIGNMENT_OUTLINED, ft.Icons.ASSIGNMENT),
        _ME,
    ),
    OFFICE: ((OFFICE, "common.tab.office", ft.Icons.FACT_CHECK_OUTLINED, ft.Icons.FACT_CHECK), _ME),
}

_SIGNS: dict[RoadSign, tuple[ft.IconData, Tone]] = {
    RoadSign.CLOCK: (ft.Icons.EVENT_BUSY_OUTLINED, Tone.WAIT),
    RoadSign.OFFLINE: (ft.Icons.CLOUD_OFF_OUTLINED, Tone.QUIET),
    RoadSign.OFFLINE_WAITING: (ft.Icons.CLOUD_OFF_OUTLINED, Tone.QUIET),
    RoadSign.SENDING: (ft.Icons.CLOUD_UPLOAD_OUTLINED, Tone.DONE),
    RoadSign.WAITING: (ft.Icons.CLOUD_QUEUE, Tone.QUIET),
    RoadSign.PHOTOS: (ft.Icons.CLOUD_UPLOAD_OUTLINED, Tone.DONE),
    RoadSign.WIFI: (ft.Icons.WIFI, Tone.QUIET),
    RoadSign.LOGIN: (ft.Icons.KEY_OFF_OUTLINED, Tone.WAIT),
    RoadSign.UPDATE: (ft.Icons.SYSTEM_UPDATE, Tone.WAIT),
    RoadSign.PROBLEM: (ft.Icons.ERROR_OUTLINE, Tone.PROBLEM),
}

_SAID_BY_RECORDS = {RoadSign.PROBLEM, RoadSign.OFFLINE_WAITING, RoadSign.WAITING}
"""Not said twice: the list of records begins with it."""


def navigation(services: Services, here: str) -> ft.NavigationBar:
    """The tabs of this person's role; ``here`` is the address of the one that is shown."""
    tabs = _TABS[home_of(services.me.role if services.me else "")]
    addresses = [address for address, *_ in tabs]
    return ft.NavigationBar(
        selected_index=addresses.index(here) if here in addresses else 0,
        # the event's own word: an answer from the office may have drawn the bar anew since the touch
        on_change=lambda e: go(addresses[int(e.data)]),
        destinations=[
            ft.NavigationBarDestination(icon=icon, selected_icon=chosen, label=t(name))
            for _, name, icon, chosen in tabs
        ],
    )


def road_banner(services: Services, *, here: str) -> list[ft.Control]:
    """One calm strip about the network and what waits, or nothing when there is nothing to say."""
    reading = services.runner.status.reading
    troubled = len(services.store.chain().troubled)
    sign = road_sign(reading, troubled)
    if sign is None or (sign in _SAID_BY_RECORDS and here == "/records"):
        return []
    icon, tone = _SIGNS[sign]
    count = troubled if sign is RoadSign.PROBLEM else reading.pending_records
    size = f"{reading.wifi_bytes / 1_000_000:.1f} MB"
    words = t(f"common.sync.{sign.value}", count=count, photos=reading.pending_media, size=size)
    left = time_left(reading) if sign in (RoadSign.SENDING, RoadSign.PHOTOS) else None
    if left is not None:
        words = f"{words} · {t(f'common.sync.left.{left[0]}', count=left[1])}"
    return [banner(icon, words, tone, _way_out(services, sign, here))]


def _way_out(services: Services, sign: RoadSign, here: str) -> ft.Control | None:
    if sign is RoadSign.WIFI:
        return quiet(t("common.sync.photos_now"), services.runner.photos_now)
    if sign is RoadSign.PROBLEM:
        return quiet(t("common.sync.look"), lambda: go("/records"))
    if sign is RoadSign.LOGIN:
        return quiet(t("common.sync.enrol"), lambda: go("/enrol"))
    newer = services.update is not None and services.update.listeners.value
    if sign is RoadSign.UPDATE and newer and here != "/me":
        return quiet(t("common.sync.to_update"), lambda: go("/me"))
    return None
