"""Dates, amounts and codes as people read them, in the chosen language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum

from app.actions.local_time import LOCAL
from app.lang import has_text, t
from domain.codes import label_key

NO_ANSWER = frozenset({"network_unreachable", "network_broken", "network_timeout", "answer_unreadable"})
"""Codes of "nobody answered": their words promise that work is kept and sent later, which an act that must be
done again does not."""


def day(value: date) -> str:
    """1968年3月2日."""
    return t("common.date.year", year=value.year, month=value.month, day=value.day)


def moment(value: datetime, now: datetime) -> str:
    """今天 18:20, 昨天 18:20, 11月3日 18:20, or the whole date in another year."""
    local, here = value.astimezone(LOCAL), now.astimezone(LOCAL)
    clock = f"{local.hour:02}:{local.minute:02}"
    if local.date() == here.date():
        return t("common.date.today", time=clock)
    if local.date() == here.date() - timedelta(days=1):
        return t("common.date.yesterday", time=clock)
    if local.year != here.year:
        return day(local.date())
    return t("common.date.day_time", month=local.month, day=local.day, time=clock)


def span(length: timedelta) -> str:
    """``35 分钟``, ``2 小时 5 分``, ``3 天``: how long, without a sign."""
    minutes = round(abs(length).total_seconds() / 60)
    if minutes < 1:
        return t("office.span.seconds", count=round(abs(length).total_seconds()))
    if minutes < 60:
        return t("office.span.minutes", count=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return t("office.span.hours", hours=hours, minutes=rest)
    return t("office.span.days", count=hours // 24)


def yuan(value: Decimal) -> str:
    """¥1,234,567.00; whole yuan without the fen."""
    text = f"{value:,.2f}"
    return f"¥{text.removesuffix('.00')}"


LEAST_SAID = 50_000
"""Bytes: less would read 0.0 MB."""


def megabytes(size: int) -> list[str]:
    """1.2 MB, as one fact that no line breaks; none when there is too little to speak of."""
    return [f"{size / 1_000_000:.1f}\u00a0MB"] if size >= LEAST_SAID else []


def label(value: Enum) -> str:
    """A code's label from the catalogue."""
    return t(label_key(value))


def problem(code: str | None, **details: object) -> str:
    """The sentence for a stable error code; an unknown one is shown as itself, so that it can be reported."""
    key = f"error.{code}"
    return t(key, **details) if has_text(key) else t("common.problem.unknown", code=code or "?")
