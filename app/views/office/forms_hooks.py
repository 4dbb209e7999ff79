"""Asking the registry while a screen of questionnaires is drawn: what came, what failed, ask again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import Tone, callout, loading
from app.views.office import words
from app.views.office.board import may_be_old
from app.views.office.queue_view import trouble
from app.views.visit.hooks import use_made, use_value
from domain.errors import NuanFangError


@dataclass(frozen=True)
class Asked:
    """``value`` is None until it came; ``error`` the code of the last failure; ``again`` asks anew."""

    value: Any
    error: str
    again: Callable[[], Awaitable[None]]
    put: Callable[[Any], None]


def use_asked(ask: Callable[[], Awaitable[Any]], on: list[Any]) -> Asked:
    """Ask when first drawn and whenever one of ``on`` changes; the answer to an older question is dropped.

    When asking again fails, what is on the screen stays there, and ``error`` says that it may be old."""
    held, set_held = use_value((None, None, ""))
    last = use_made(lambda: [held])
    last[0] = held
    ticket = use_made(lambda: [0])

    async def again() -> None:
        ticket[0] += 1
        mine = ticket[0]
        try:
            found = (list(on), await ask(), "")
        except NuanFangError as fault:
            before = last[0]
            found = (list(on), before[1] if before[0] == list(on) else None, fault.code)
        if mine == ticket[0]:
            set_held(found)

    ft.use_effect(again, on)
    fresh = held[0] == list(on)
    return Asked(
        held[1] if fresh else None,
        held[2] if fresh else "",
        again,
        lambda value: set_held((list(on), value, "")),
    )


def waiting(asked: Asked) -> list[ft.Control]:
    """A ring, or what went wrong and a way to try again; empty when the value is there."""
    if asked.value is not None:
        return []
    if asked.error:
        return [trouble(asked.error, asked.again)]
    return [loading(t("office_forms.loading"))]


def stale(asked: Asked) -> list[ft.Control]:
    """What is shown could not be asked for again: said above it, with why."""
    return [] if asked.value is None else may_be_old(asked.error)


@dataclass(frozen=True)
class Act:
    """``run(work)`` does one thing at a time and says in ``error`` (details beside it) what went wrong."""

    busy: bool
    error: tuple[str, dict[str, Any]]
    run: Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]

    def told(self) -> list[ft.Control]:
        code, details = self.error
        if not code:
            return []
        text = words.not_done(code, **details)
        return [callout(ft.Icons.ERROR_OUTLINE, text, Tone.PROBLEM)]


def use_act() -> Act:
    busy, set_busy = ft.use_state(False)
    error, set_error = use_value(("", {}))

    async def run(work: Callable[[], Awaitable[Any]]) -> Any:
        set_busy(True)
        set_error(("", {}))
        try:
            return await work()
        except NuanFangError as fault:
            set_error((fault.code, dict(fault.details)))
            return None
        finally:
            set_busy(False)

    return Act(busy, error, run)
