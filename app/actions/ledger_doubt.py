"""The county's ledger does not continue what this phone remembers of it (sync.ledger): told once, kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.actions.services import Services
    from sync.ports import Doubt


def doubt_to_tell(services: Services) -> Doubt | None:
    """What the person has not yet read; None when the ledger only ever grew."""
    doubt = services.store.ledger().doubt
    return None if doubt is None or doubt.told else doubt


def doubt_told(services: Services) -> None:
    """The person has read it. Both heads stay on this phone as evidence; a later contradiction tells nothing
    that the first did not."""
    view = services.store.ledger()
    if view.doubt is not None:
        services.store.keep_ledger(replace(view, doubt=replace(view.doubt, told=True)))
    services.bell.ring()
