"""Housekeeping while nobody waits: rewrite worn segments, keep files ready in the browser's pool, see
which new questionnaires this app can use, and forget files that nothing names any more."""

from __future__ import annotations

import asyncio
import logging

from app.actions.form_verdicts import look_at_forms
from app.actions.services import Services
from app.actions.tidy_shelf import note_damage, tidy_shelf
from app.platform.ports import DeviceFolder
from domain.errors import NuanFangError

logger = logging.getLogger(__name__)

PAUSE_S = 30.0
BREATH_S = 0.05
"""Between two steps, so that a tap is answered at once."""
FEW_FILES = 16


async def keep_house(services: Services, folder: DeviceFolder) -> None:
    """For ever; a failure is logged and tried again later, it never stops the work."""
    note_damage(services.db)
    tidied = False
    while True:
        await asyncio.sleep(PAUSE_S)
        try:
            await tidy_once(services, folder)
            await look_at_forms(services)
            if not tidied:  # only an earlier run of the app can have left something
                await tidy_shelf(services)
                tidied = True
        except NuanFangError:
            logger.warning("housekeeping put off", exc_info=True)


async def tidy_once(services: Services, folder: DeviceFolder) -> int:
    """Everything worth doing now, in small steps; returns how many segments were rewritten."""
    reserve = getattr(folder, "reserve", None)  # only the browser's pool of opened files can run out
    if reserve is not None and folder.free() < FEW_FILES:
        await reserve(2 * FEW_FILES)
    steps = 0
    while services.db.compact_step():
        steps += 1
        await asyncio.sleep(BREATH_S)
    return steps
