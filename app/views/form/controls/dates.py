"""Dates and times: a calendar and a clock to touch, or the parts by hand with large steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import flet as ft

from app.actions.local_time import LOCAL
from app.lang import t
from app.views.components import quiet
from app.views.form.asked import Asked
from app.views.form.controls.dates_state import (
    FIRST_YEAR,
    LAST_YEAR,
    Parts,
    asked_parts,
    date_answer,
    picked_day,
)
from app.views.form.controls.moment_state import Moment
from app.views.form.controls.pieces import gap_row, ident, opener, stacked
from app.views.form.controls.steps import PartRows
from app.views.form.words_state import plain_words
from app.views.theme import S1
from app.views.visit.hooks import part, use_made


@ft.component
def MomentAnswer(asked: Asked) -> ft.Control:
    """date, time, datetime and the appearances year, month-year and no-calendar."""
    question = asked.question
    moment = use_made(lambda: Moment(question.type))
    moment.meet(question.value)
    _, redraw = ft.use_state(0)
    by_hand, set_by_hand = ft.use_state(not _has_calendar(question.appearance))
    version, set_version = ft.use_state(0)

    def give(**change: Any) -> None:
        was = moment.answer
        for name, value in change.items():
            setattr(moment, name, value)
        if moment.answer != was:
            moment.sent = [*moment.sent[-20:], moment.answer]
            asked.answer(moment.answer)
        asked.unread(moment.half)
        redraw(lambda count: count + 1)

    def outright(**change: Any) -> None:
        """Not typed part by part: the parts are drawn afresh."""
        give(**change, day_begun=False, clock_begun=False)
        set_version(version + 1)

    now = asked.platform.clock.now().astimezone(LOCAL)
    fields: list[ft.Control] = []
    if question.type != "time":
        fields.append(_day(asked, moment, now, give, by_hand, version))
    if question.type != "date":
        fields.append(_clock(asked, moment, now, give, by_hand, version))
    return stacked([*fields, _tools(asked, moment, now, outright, by_hand, set_by_hand)])


def _has_calendar(appearance: tuple[str, ...]) -> bool:
    return "no-calendar" not in appearance and len(asked_parts(appearance)) == 3


def _day(
    asked: Asked, moment: Moment, now: datetime, give: Callable[..., None], by_hand: bool, version: int
) -> ft.Control:
    if by_hand:
        names = asked_parts(asked.question.appearance)
        parts = lambda: Parts.of_date(names, moment.day)  # noqa: E731
        return part(
            PartRows,
            f"day-{version}-{moment.turns}",
            asked,
            parts,
            lambda made: give(day=made.day, day_begun=not made.empty),
            now,
        )
    return part(CalendarField, "calendar", asked, moment.day, lambda day: give(day=day), now)


def _clock(
    asked: Asked, moment: Moment, now: datetime, give: Callable[..., None], by_hand: bool, version: int
) -> ft.Control:
    if by_hand:
        parts = lambda: Parts.of_time(moment.clock)  # noqa: E731
        return part(
            PartRows,
            f"clock-{version}-{moment.turns}",
            asked,
            parts,
            lambda made: give(clock=made.moment, clock_begun=not made.empty),
            now,
        )
    return part(ClockField, "clock", asked, moment.clock, lambda clock: give(clock=clock), now)


def _tools(
    asked: Asked, moment: Moment, now: datetime, give: Callable[..., None], by_hand: bool, set_by_hand: Any
) -> ft.Control | None:
    """Today or now in one touch, the other way of giving it, and taking it back."""
    question = asked.question
    today = {"day": now.date(), "clock": now.time().replace(second=0, microsecond=0, tzinfo=None)}
    wanted = {"date": ("day",), "time": ("clock",)}.get(question.type, ("day", "clock"))
    tools = []
    if len(asked_parts(question.appearance)) == 3:
        word = "today" if question.type == "date" else "now"
        tools.append((word, lambda: give(**{name: today[name] for name in wanted})))
    if _has_calendar(question.appearance):
        word = {True: "touch", False: "by_hand"}[by_hand]
        tools.append((word, lambda: set_by_hand(not by_hand)))
    if (moment.day or moment.clock is not None) and not question.required:
        tools.append(("clear", lambda: give(day=None, clock=None)))
    buttons: list[ft.Control] = [
        ft.Semantics(content=quiet(t(f"form_controls.date.{word}"), act), identifier=ident(asked, word))
        for word, act in tools
    ]
    return gap_row(buttons, S1) if buttons else None


@ft.component
def CalendarField(asked: Asked, day: date | None, give: Callable[[date], None], now: datetime) -> ft.Control:
    """Opens the month; the words say the day in full."""
    opened, set_open = ft.use_state(False)

    def picked(event: Any) -> None:
        set_open(False)
        found = picked_day(event.data)
        if found is not None:
            give(found)

    # The calendar speaks of local midnights without a zone.
    first = datetime.combine(date(FIRST_YEAR, 1, 1), time())
    last = datetime.combine(date(LAST_YEAR, 12, 31), time())
    shown = day if day and first.date() <= day <= last.date() else None
    dialog = ft.DatePicker(
        value=datetime.combine(shown, time()) if shown else None,
        first_date=first,
        last_date=last,
        current_date=datetime.combine(now.date(), time()),
        on_change=picked,
        on_dismiss=lambda: set_open(False),
    )
    ft.use_dialog(dialog if opened else None)
    words = plain_words("date", date_answer(day)) if day else ""
    return opener(asked, words, t("form_controls.date.none"), lambda: set_open(True), ft.Icons.CALENDAR_MONTH)


@ft.component
def ClockField(asked: Asked, clock: time | None, give: Callable[[time], None], now: datetime) -> ft.Control:
    """Opens a clock of 24 hours."""
    opened, set_open = ft.use_state(False)

    def picked(event: Any) -> None:
        set_open(False)
        if isinstance(event.data, time):
            give(event.data.replace(second=0, microsecond=0, tzinfo=None))

    dialog = ft.TimePicker(
        value=clock or now.time().replace(tzinfo=None),
        hour_format=ft.TimePickerHourFormat.H24,
        on_change=picked,
        on_dismiss=lambda: set_open(False),
    )
    ft.use_dialog(dialog if opened else None)
    words = "" if clock is None else f"{clock.hour:02}:{clock.minute:02}"
    return opener(
        asked, words, t("form_controls.time.none"), lambda: set_open(True), ft.Icons.SCHEDULE, "open-clock"
    )
