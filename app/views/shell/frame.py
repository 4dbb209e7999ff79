"""What stands around the tabs: the navigation bar below, the state of the road above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.clock_doubt import clock_doubt
from app.actions.ledger_doubt import doubt_to_tell
from app.lang import t
from app.views.components import Tone, banner, quiet
from app.views.context import go
from app.views.format import megabytes, span
from app.views.shell.homes import DOORS, OFFICE, home_of
from app.views.shell.road_state import RoadSign, road_sign, time_left

if TYPE_CHECKING:
    from app.actions.services import Services
    from sync.status import Reading

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
            ft.NavigationBarDestination(
                icon=_dotted(icon) if address == "/me" and here != "/me" and _news(services) else icon,
                selected_icon=chosen,
                label=t(name),
            )
            for address, name, icon, chosen in tabs
        ],
    )


def _news(services: Services) -> bool:
    """Is there something on 我的 that nobody would look for: a ledger in doubt, a new version?"""
    newer = services.update is not None and services.update.listeners.value
    return bool(newer) or doubt_to_tell(services) is not None


def _dotted(icon: ft.IconData) -> ft.Icon:
    return ft.Icon(icon, badge=ft.Badge(small_size=10, bgcolor=ft.Colors.TERTIARY))


def road_banner(services: Services, *, here: str) -> list[ft.Control]:
    """One calm strip about the network and what waits, or nothing when there is nothing to say."""
    reading = services.runner.status.reading
    troubled = len(services.store.chain().troubled)
    off = clock_doubt(services)
    sign = road_sign(reading, troubled, off)
    if sign is None or (sign in _SAID_BY_RECORDS and here == "/records"):
        return []
    icon, tone = _SIGNS[sign]
    count = troubled if sign is RoadSign.PROBLEM else reading.pending_records
    how_far = "" if off is None else span(off)
    words = t(f"common.sync.{sign.value}", count=count, photos=reading.pending_media, span=how_far)
    return [banner(icon, [words, *_how_much(reading, sign)], tone, _way_out(services, sign, here))]


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
