"""The root component: starting, unable to open, not enrolled, or the app itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from app.actions.boot import Boot
from app.lang import t
from app.views.components import empty, failed, loading, notice, screen, secondary
from app.views.context import ServicesContext
from app.views.enrol.enrol import Enrol
from app.views.shell import crash
from app.views.shell.router import router

if TYPE_CHECKING:
    from collections.abc import Callable

    from flet.components.hooks.use_ref import MutableRef

    from app.actions.services import Bell, Services


@ft.component
def App(boot: Boot) -> Any:
    """All views of the app as a list; draws again when the boot's bell or the shell's bell rings."""
    _use_ring(boot.bell)
    ft.use_dialog(_fault_dialog(boot) if boot.fault is not None and not boot.broken else None)
    if boot.broken:
        return [_broken(boot)]
    if boot.phase == "running" and boot.services is not None:
        return Running(boot.services)
    return [_waiting(boot)]


@ft.component
def Running(services: Services) -> Any:
    """The store is open."""
    _use_ring(services.shell_bell)
    me = services.me
    return ServicesContext(services, Enrol if me is None else lambda: router(me.role))


def show(page: ft.Page, boot: Boot) -> None:
    """Draw the app on the page, and let faults become calm messages (app/views/shell/crash.py)."""

    def broken(text: str) -> None:
        boot.fault, boot.broken = text, True
        page.render_views(App, boot)

    crash.install(page, boot.faulted, broken)
    page.render_views(App, boot)


def _use_ring(bell: Bell) -> None:
    _, set_count = ft.use_state(bell.count)
    left: MutableRef[Callable[[], None]] = ft.use_ref()

    def listen() -> None:
        left.current = bell.subscribe(lambda: set_count(bell.count))
        set_count(bell.count)  # a ring between drawing and listening is not lost

    def leave() -> None:
        if left.current is not None:
            left.current()

    ft.use_effect(listen, [], leave)


def _waiting(boot: Boot) -> ft.View:
    if boot.phase == "other_window":
        state = empty(
            ft.Icons.TAB_UNSELECTED,
            t("common.other_window.title"),
            t("common.other_window.hint"),
            [secondary(t("common.retry"), boot.retry, wide=False)],
        )
    elif boot.phase == "failed":
        hint = t("common.start_failed.hint", reason=boot.reason)
        state = failed(
            t("common.start_failed.title"), hint, [secondary(t("common.retry"), boot.retry, wide=False)]
        )
    else:
        state = loading(t("common.starting.title"), t("common.starting.hint"))
    return screen([state], route="/", vertical_alignment=ft.MainAxisAlignment.CENTER)


def _broken(boot: Boot) -> ft.View:
    async def leave() -> None:
        await _home(boot)

    home = secondary(t("common.crash.home"), leave, wide=False)
    state = failed(t("common.crash.title"), t("common.crash.hint"), [home])
    return screen([state], route="/", vertical_alignment=ft.MainAxisAlignment.CENTER)


async def _home(boot: Boot) -> None:
    await ft.context.page.push_route("/")
    boot.calmed()


def _fault_dialog(boot: Boot) -> ft.AlertDialog:
    async def home() -> None:
        await _home(boot)

    words = t("common.crash.title"), t("common.crash.hint")
    return notice(*words, t("common.ok"), boot.calmed, (t("common.crash.home"), home))
