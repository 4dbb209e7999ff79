"""What stands below the tabs' screens: the navigation bar (above them: app.views.shell.road_strip)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.ledger_doubt import doubt_to_tell
from app.lang import t
from app.views.context import go
from app.views.shell.homes import DOORS, OFFICE, home_of

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
