"""Text and numbers: the field keeps what the person types, the form gets what it means."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.views.components import column, detail, row, typed_in
from app.views.form.asked import Asked
from app.views.form.controls.pieces import field, ident, named, step_button, trouble
from app.views.form.controls.typed_state import NUMBERS, TypedState, separated, turned
from app.views.theme import S1
from app.views.visit.hooks import use_made
from forms.engine.lexical import MAX_TEXT

LINES = 4
"""Of a multiline field; it grows with the text."""
_APPLE = (ft.PagePlatform.IOS, ft.PagePlatform.MACOS)


@ft.component
def TypedAnswer(asked: Asked) -> ft.Control:
    """text, integer, decimal. Every change is an answer at once, so that a page never checks an older one."""
    question = asked.question
    state = use_made(lambda: TypedState.of(question))
    _, redraw = ft.use_state(0)
    state.meet(question.value)
    left, set_left = ft.use_state(True)

    def hand_in(text: str) -> None:
        was = state.answer
        answer = state.typed(text)
        asked.unread(state.wrong)
        if answer != was:
            asked.answer(answer)
        redraw(lambda count: count + 1)

    def changed(event: Any) -> None:
        set_left(False)
        hand_in(typed_in(event))

    def blurred(_: Any) -> None:
        state.left()
        set_left(True)

    wrong = state.wrong and left and not asked.error
    entry = field(
        state.text,
        changed,
        wrong=wrong or bool(asked.error),
        on_blur=blurred,
        **_shape(asked, ft.context.page),
    )
    below = _below(state, wrong=wrong and not asked.error, editing=not left)
    line: ft.Control = named(asked, entry, label=question.label or None)
    if _lacks_minus(question.type, ft.context.page):
        sign = step_button(
            ft.Icons.EXPOSURE,
            t("form_controls.sign"),
            lambda: hand_in(turned(state.text)),
            ident(asked, "sign"),
        )
        line = row([ft.Container(line, expand=True), sign])
    return column([line, *below], spacing=S1)


def _shape(asked: Asked, page: ft.Page) -> dict[str, Any]:
    """Keyboard and size of the field."""
    words, kind = asked.question.appearance, asked.question.type
    shape: dict[str, Any] = {"keyboard_type": _keyboard(kind, words, page)}
    if kind in NUMBERS:
        shape["max_length"] = 40
        shape["counter"] = ""
        return shape
    if "multiline" in words:
        shape |= {"multiline": True, "min_lines": LINES, "max_lines": 12}
    return {**shape, "max_length": MAX_TEXT, "counter": "", "enable_suggestions": "numbers" not in words}


def _keyboard(kind: str, words: tuple[str, ...], page: ft.Page) -> ft.KeyboardType:
    if kind == "integer":
        return ft.KeyboardType.NUMBER
    if kind == "decimal":
        # "number" has no decimal point on an iPhone; a telephone's keys have one on Android.
        return ft.KeyboardType.DATETIME if page.platform in _APPLE else ft.KeyboardType.PHONE
    if "multiline" in words:
        return ft.KeyboardType.MULTILINE
    if "url" in words:
        return ft.KeyboardType.URL
    if "email" in words:
        return ft.KeyboardType.EMAIL
    if "numbers" in words or "tel" in words:
        return ft.KeyboardType.PHONE
    return ft.KeyboardType.TEXT


def _lacks_minus(kind: str, page: ft.Page) -> bool:
    return kind == "integer" and page.platform in _APPLE


def _below(state: TypedState, *, wrong: bool, editing: bool) -> list[ft.Control]:
    """While typing a long number, how it reads with separators; after that, what does not fit."""
    if wrong:
        return [trouble(t(f"form_controls.not_{state.kind}"))]
    if state.grouped and editing and len(state.answer) > 3:
        return [detail(t("form_controls.reads", number=separated(state.answer)))]
    return []
