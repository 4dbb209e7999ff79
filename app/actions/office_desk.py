"""A supervisor's desk: the line to the registry, and what the office's screens share while the app is open.

Nothing on the desk is stored on the device: a supervisor reads other people's data, and closes the app.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from app.actions.services import Bell, Services
from sync.office import Office

PICTURE_BYTES = 48 * 1024 * 1024
"""Pictures kept in memory; the ones looked at longest ago go first."""


class Pictures:
    """The last pictures by sha256, at most ``limit`` bytes of them."""

    def __init__(self, limit: int = PICTURE_BYTES) -> None:
        self._limit = limit
        self._held: OrderedDict[str, bytes] = OrderedDict()

    def get(self, sha256: str) -> bytes | None:
        """The bytes if they are still here; looking keeps them longer."""
        data = self._held.get(sha256)
        if data is not None:
            self._held.move_to_end(sha256)
        return data

    def put(self, sha256: str, data: bytes) -> None:
        """Keep them; one larger than the limit is not kept."""
        self._held[sha256] = data
        self._held.move_to_end(sha256)
        while self._held and sum(map(len, self._held.values())) > self._limit:
            self._held.popitem(last=False)


@dataclass
class Desk:
    """``queue`` is the list as last seen (app.views.office.queue_state.Queue): the screen of one visit asks
    it for the next, and coming back finds the same place. ``offset`` is how far the list was scrolled, dp.
    ``bell`` rings when the queue or the coverage has changed."""

    wire: Office
    client: object
    queue: Any = None
    coverage: Any = None
    counted: bool = False
    """The registry has answered what is to be reached, be it nothing."""
    offset: float = 0.0
    forms: Any = None
    """The line for questionnaires (sync.office_forms), made when it is first used."""
    pictures: Pictures = field(default_factory=Pictures)
    bell: Bell = field(default_factory=Bell)


def desk(services: Services) -> Desk:
    """The desk of whoever is enrolled; a new one after enrolling anew. Raises WireError("not_enrolled")."""
    client = services.runner.client
    if services.desk is None or services.desk.client is not client:
        services.desk = Desk(wire=Office(client), client=client)
    return services.desk
