"""Year, month, day, hour, minute by hand: a large step down, the number to type, a large step up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import flet as ft

from app.lang import t
from app.views.components import column, typed_in
from app.views.form.asked import Asked
from app.views.form.controls.dates_state import Parts
from app.views.form.controls.pieces import field, ident, named, step_button, trouble
from app.views.theme import S2, TARGET
from app.views.visit.hooks import use_made

BIG = TARGET + S2


@ft.component
def PartRows(
    asked: Asked, start: Callable[[], Parts], give: Callable[[Parts], None], now: datetime
) -> ft.Control:
    """One row for each part. ``give`` hears of every change, also while the parts are no date yet."""
    parts = use_made(start)
    _, redraw = ft.use_state(0)
    left, set_left = ft.use_state(False)

    def changed() -> None:
        give(parts)
        redraw(lambda count: count + 1)

    def step(name: str, by: int) -> None:
        parts.step(name, by, now.date(), now.time())
        changed()

    def typed(name: str, text: str) -> None:
        set_left(False)
        parts.texts[name] = text
        changed()

    rows = [_row(asked, parts, name, step, typed, lambda: set_left(True)) for name in parts.texts]
    made = parts.moment if "hour" in parts.texts else parts.day
    full = all(text.strip() for text in parts.texts.values())
    if left and full and made is None and not asked.error:
        rows.append(trouble(t(f"form_controls.not_{asked.question.type}")))
    return column(rows, spacing=S2)


def _row(
    asked: Asked,
    parts: Parts,
    name: str,
    step: Callable[[str, int], None],
    typed: Callable[[str, str], None],
    left: Callable[[], None],
) -> ft.Control:
    unit = t(f"form_controls.date.{name}")
    entry = field(
        parts.texts[name],
        lambda event: typed(name, typed_in(event)),
        on_blur=lambda _: left(),
        suffix=ft.Text(unit),  # seen beside a number; until there is one the hint says it
        hint_text=unit,
        keyboard_type=ft.KeyboardType.NUMBER,
        max_length=4 if name == "year" else 2,
        counter="",
        text_align=ft.TextAlign.CENTER,
    )
    return ft.Row(
        [
            step_button(
                ft.Icons.REMOVE, f"{unit} −", lambda: step(name, -1), ident(asked, f"{name}-less"), BIG
            ),
            ft.Container(named(asked, entry, name, unit), expand=True),
            step_button(ft.Icons.ADD, f"{unit} +", lambda: step(name, 1), ident(asked, f"{name}-more"), BIG),
        ],
        spacing=S2,
    )
