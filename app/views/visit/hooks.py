"""What every screen of the visit shares: the draft read afresh at each touch, and one place for trouble."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

import flet as ft

from app.actions.drafts import find_draft
from app.actions.services import Services
from app.actions.visit_draft import Draft
from app.lang import has_text, t
from app.views.context import use_services
from domain.errors import NuanFangError

if TYPE_CHECKING:
    from flet.components.hooks.use_ref import MutableRef

T = TypeVar("T")


def part(component: Callable[..., Any], key: str, *args: Any, **more: Any) -> ft.Control:
    """A component under a key: its state stays with it when its neighbours come and go."""
    made: ft.Control = component(*args, key=key, **more)
    return made


def use_made(factory: Callable[[], T]) -> T:
    """Made once, when the component is first drawn."""
    reference: MutableRef[Any] = ft.use_ref(cast(Any, factory))
    return cast(T, reference.current)


def use_value(initial: Any) -> tuple[Any, Callable[[Any], None]]:
    """use_state for a plain value that may be None at first."""
    return ft.use_state(initial)


@dataclass
class Desk:
    """One visit on the screen. ``act(action, …)`` runs an action of app.actions with (services, visit id, …).

    An error raised on purpose becomes ``trouble``, shown calmly above the page; the draft stays as it was.
    """

    services: Services
    visit_id: str
    draft: Draft | None
    trouble: NuanFangError | None
    tell: Callable[[NuanFangError | None], None]

    def act(self, action: Callable[..., Any], *args: Any) -> bool:
        """Run a synchronous action; True when it went well."""
        try:
            action(self.services, self.visit_id, *args)
        except NuanFangError as error:
            self.tell(error)
            return False
        self.tell(None)
        return True

    async def act_later(self, action: Callable[..., Any], *args: Any) -> bool:
        """Run an asynchronous action; True when it went well."""
        try:
            outcome = action(self.services, self.visit_id, *args)
            if inspect.isawaitable(outcome):
                await outcome
        except NuanFangError as error:
            self.tell(error)
            return False
        self.tell(None)
        return True


def use_desk() -> Desk:
    """The visit of the address ``/visit/:id…``; draws again at every change of a draft."""
    services = use_services()
    _use_draft_bell(services)
    visit_id = ft.use_route_params().get("id", "")
    trouble, set_trouble = use_value(None)
    return Desk(services, visit_id, find_draft(services, visit_id), trouble, set_trouble)


def _use_draft_bell(services: Services) -> None:
    bell = services.draft_bell
    _, set_count = ft.use_state(bell.count)
    left: list[Callable[[], None]] = use_made(list)

    page = ft.context.page

    def rung() -> None:
        # A questionnaire above rings at every touch; coming back from it draws this page anyway.
        if "/form/" not in (page.route or ""):
            set_count(bell.count)

    def listen() -> None:
        left.append(bell.subscribe(rung))

    def leave() -> None:
        while left:
            left.pop()()

    ft.use_effect(listen, [], leave)


def sentence(error: NuanFangError) -> str:
    """The error in a cadre's words."""
    key = f"error.{error.code}"
    if has_text(key):
        return t(key, **error.details)
    own = f"visit.trouble.{error.code}"
    return t(own, **error.details) if has_text(own) else t("visit.trouble.other", code=error.code)
