"""Enrolment: one code, one button. Shown while this phone belongs to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import flet as ft

from app.actions.enrol import enrol
from app.actions.wipe import WIPED
from app.lang import has_text, t
from app.store.tables import get_meta
from app.views.components import (
    body,
    callout,
    card,
    column,
    detail,
    gap,
    headline,
    primary,
    quiet,
    screen,
    section,
    status,
    text_field,
    typed_in,
)
from app.views.components.status import Tone
from app.views.context import go, use_services, use_value
from app.views.enrol.enrol_state import (
    check_code,
    check_registry,
    origin_of,
    parse_invitation,
)
from app.views.format import problem
from app.views.shell.homes import home_of
from app.views.theme import S2, S4
from domain.errors import NuanFangError

if TYPE_CHECKING:
    from app.actions.services import Services

CODE = 22
"""dp: nine characters fit a narrow phone at 200 %."""


@ft.component
def Enrol() -> Any:
    """All views of a phone that is not enrolled."""
    wiped = get_meta(use_services().db, WIPED, False)
    return [enrol_view(t("enrol.wiped"), news=True) if wiped else enrol_view(t("enrol.hint"))]


def enrol_view(hint: str, *, news: bool = False, **frame: Any) -> ft.View:
    """The form as a screen; ``hint`` says why it is shown, ``news``: something has happened to this phone.
    Uses hooks: call it from a component."""
    services = use_services()
    page = ft.context.page
    invited = parse_invitation(page.route if "code=" in (page.route or "") else "")
    code, set_code = ft.use_state(invited.code)
    registry, set_registry = ft.use_state(services.registry_url or origin_of(page.url))
    known, set_known = ft.use_state(bool(origin_of(page.url)))
    error, set_error = use_value(cast(NuanFangError | None, None))
    busy, set_busy = ft.use_state(False)

    def typed(e: Any) -> None:
        found = parse_invitation(typed_in(e))
        set_code(found.code)
        if found.registry:
            set_registry(found.registry)
        set_error(None)

    async def submit() -> None:
        set_error(None)
        set_busy(True)
        try:
            await _enrol(services, page, registry, code)
        except NuanFangError as failure:
            set_error(failure)
        finally:
            set_busy(False)

    wrong = error.details.get("field") if error is not None else None
    field = _code_field(code, typed, submit, _words(error, wrong == "code"))
    where = (
        _known_registry(registry, lambda: set_known(False))
        if known
        else _registry_field(registry, set_registry, _words(error, wrong == "registry"))
    )
    words = _words(error, not wrong)
    trouble = [status(ft.Icons.ERROR_OUTLINE, words, Tone.PROBLEM)] if words else []
    go_on = primary(t("enrol.busy") if busy else t("enrol.submit"), submit, busy=busy)
    why = callout(ft.Icons.INFO_OUTLINE, hint) if news else body(hint, color=ft.Colors.ON_SURFACE_VARIANT)
    words_above = [headline(t("enrol.title")), why]
    content = [gap(S4), _mark(), *words_above, gap(S2), field, gap(0), where, gap(S2), _privacy()]
    return screen(content, bottom=[*trouble, go_on], **{"route": "/", **frame})


async def _enrol(services: Services, page: ft.Page, registry: str, code: str) -> None:
    whole, origin = check_code(code), check_registry(registry)
    kind = page.platform.value if page.platform else ""
    await enrol(services, origin, whole, f"{services.platform.name} {kind}".strip())
    go(home_of(services.me.role if services.me else ""))


def _words(error: NuanFangError | None, here: bool) -> str | None:
    """The sentence for the error, where it belongs."""
    if error is None or not here:
        return None
    key = f"enrol.error.{error.code}"
    return t(key, **error.details) if has_text(key) else problem(error.code, **error.details)


def _mark() -> ft.Control:
    lamp = ft.Container(
        ft.Icon(ft.Icons.LIGHT_MODE_OUTLINED, size=30, color=ft.Colors.ON_TERTIARY_CONTAINER),
        width=56,
        height=56,
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border_radius=16,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Row([lamp, section(t("common.app"), color=ft.Colors.PRIMARY)], spacing=12)


def _code_field(code: str, typed: Any, submit: Any, error: str | None) -> ft.Control:
    return text_field(
        t("enrol.code.label"),
        code,
        typed,
        error=error,
        hint_text=t("enrol.code.hint"),
        helper=t("enrol.code.helper"),
        helper_max_lines=3,
        capitalization=ft.TextCapitalization.CHARACTERS,
        autocorrect=False,
        enable_suggestions=False,
        hint_style=ft.TextStyle(size=CODE, color=ft.Colors.OUTLINE, letter_spacing=2),
        text_style=ft.TextStyle(size=CODE, weight=ft.FontWeight.W_600, letter_spacing=2),
        on_submit=submit,
        autofocus=not code,
        key="enrol-code",
    )


def _registry_field(registry: str, changed: Any, error: str | None) -> ft.Control:
    return text_field(
        t("enrol.registry.label"),
        registry,
        lambda e: changed(typed_in(e)),
        error=error,
        helper=t("enrol.registry.helper"),
        helper_max_lines=3,
        keyboard_type=ft.KeyboardType.URL,
        autocorrect=False,
        enable_suggestions=False,
        key="enrol-registry",
    )


def _known_registry(registry: str, change: Any) -> ft.Control:
    host = urlsplit(registry).netloc
    words = detail(t("enrol.registry.known", host=host))
    return ft.Row(
        [words, quiet(t("enrol.registry.change"), change)],
        wrap=True,  # a long address, or large text, sends the button to the next line
        spacing=0,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _privacy() -> ft.Control:
    title = ft.Row(
        [ft.Icon(ft.Icons.LOCK_OUTLINE, size=20, color=ft.Colors.PRIMARY), section(t("enrol.privacy.title"))]
    )
    return card([column([title, detail(t("enrol.privacy.text"))], spacing=S2)])
