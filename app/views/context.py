"""How a screen reaches the app's parts: a few hooks and one helper.

``services = use_services()`` in any component under the app's root; ``use_bell()`` makes the component read
and draw again whenever something it may show has changed; ``go("/records")`` navigates.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar, cast

import flet as ft

from app.actions.services import Services

if TYPE_CHECKING:
    from flet.components.hooks.use_ref import MutableRef

T = TypeVar("T")

ServicesContext = ft.create_context(cast(Services | None, None))
"""Provided once by app.views.shell.app.App."""


def use_services() -> Services:
    """The app's parts. Raises RuntimeError outside the app's tree."""
    services = ft.use_context(ServicesContext)
    if not isinstance(services, Services):
        raise RuntimeError("use_services() outside the app")
    return services


def use_bell() -> int:
    """Draw this component again on each ring of the bell; returns the count of rings."""
    bell = use_services().bell
    count, set_count = ft.use_state(bell.count)
    left: MutableRef[Callable[[], None]] = ft.use_ref()

    def listen() -> None:
        # rung from the network's callback the bell knows no page: draw in the page's own context
        here = copy_context()
        left.current = bell.subscribe(lambda: here.copy().run(set_count, bell.count))

    def leave() -> None:
        if left.current is not None:
            left.current()

    ft.use_effect(listen, [], leave)
    return count


def use_value(initial: T) -> tuple[T, Callable[[T], None]]:
    """``ft.use_state`` for a plain value (no callables), typed: ``use_value(cast(str | None, None))``."""
    return cast("tuple[T, Callable[[T], None]]", ft.use_state(cast(Any, lambda: initial)))


def go(route: str) -> None:
    """Navigate; rooms' routes are listed in app/views/shell/router.py."""
    ft.context.page.navigate(route)
