"""What the home screen reads from the phone, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.actions.local_time import today
from app.actions.roll import campaign_on
from app.store.tables import drafts
from app.views.home.home_state import Home, OffList, by_household, coverage_of, home, off_list, rows_of
from domain.models import Campaign

if TYPE_CHECKING:
    from app.actions.services import Services

SEARCH_LIMIT = 200
"""More hits than anybody reads; the next letter narrows them."""


@dataclass(frozen=True, slots=True)
class HomeReading:
    """``home`` is None before the first page of the feed has arrived; ``received`` counts households,
    ``visited`` the visits made on this phone, once there is a home; ``off_list``: visits under way that no
    row of the list shows."""

    home: Home | None
    campaign: Campaign | None
    received: int
    visited: int = 0
    off_list: tuple[OffList, ...] = ()


def read_home(services: Services, query: str, limit: int) -> HomeReading:
    """Everything the list, the ring and the search show now."""
    session = services.store.session()
    version = session.cursor if session else None
    files = services.roll.files(version)
    day = today(services)
    campaign = campaign_on(services.db, day)
    under_way = drafts(services.db).all()
    others = off_list(under_way, files, query, left=version is not None)
    if version is None:
        return HomeReading(None, campaign, len(files), off_list=others)
    sealed = services.visits.all()
    visits = by_household(sealed, campaign)
    open_here = {one["household"]: one["id"] for one in under_way}
    rows = rows_of(files.values(), visits, open_here, day)
    order = services.roll.find(version, query, SEARCH_LIMIT) if query.strip() else None
    shown = coverage_of(files.values(), visits, day)
    return HomeReading(home(rows, shown, order, limit), campaign, len(files), len(sealed), others)
