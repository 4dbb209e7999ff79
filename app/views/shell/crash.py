"""A fault in a handler or while drawing: say so calmly, keep the app running, lose nothing.

Flet 1.0.5 answers a fault in a handler with a grey screen of English, and a fault while a component draws
ends its update loop for good and leaves the tree half drawn. ``install`` puts itself between:
``Session.error`` and ``Session.schedule_update`` are public methods of the pinned version;
tests/unit/test_view_crash.py proves both paths.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

import flet as ft

logger = logging.getLogger("nuanfang")

Report = Callable[[str], None]


def install(page: ft.Page, faulted: Report, broken: Report) -> None:
    """From now on a handler's fault goes to ``faulted(text)``, one while drawing to ``broken(text)``, which
    has to draw everything anew; both are logged, and the session goes on."""
    session = page.session
    schedule = session.schedule_update

    def failed(message: str) -> None:
        logger.error("fault in the app: %s", message)
        faulted(message)

    def guarded(control: Any) -> None:
        schedule(cast(Any, _Guarded(control, broken)))

    session.error = failed  # type: ignore[method-assign]
    session.schedule_update = guarded  # type: ignore[method-assign]


class _Guarded:
    """A control in the update queue whose drawing may fail; equal to any other wrapping of the same one."""

    __slots__ = ("broken", "control")

    def __init__(self, control: Any, broken: Report) -> None:
        self.control = control
        self.broken = broken

    def update(self) -> None:
        try:
            self.control.update()
        except Exception as error:
            logger.exception("fault while drawing %s", self.control)
            # After the queue has been worked off: what is drawn anew must not be drawn over by the old.
            asyncio.get_running_loop().call_soon(self.broken, f"{type(error).__name__}: {error}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Guarded) and other.control is self.control

    def __hash__(self) -> int:
        return id(self.control)
