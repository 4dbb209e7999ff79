"""An answer as a person would say it: the choice's label, a date, an amount; plain Python."""

from __future__ import annotations

from datetime import date

from app.lang import t
from app.views.form.controls.dates_state import asked_parts, date_of, time_of
from app.views.form.controls.typed_state import separated
from forms import Session
from forms.definition import Control
from forms.xpath.nodes import Node

_CHOSEN = frozenset({"select_one", "select_multiple", "rank"})
_KEPT = frozenset({"image", "audio", "file"})


def answer_words(session: Session, node: Node, control: Control) -> str:
    """Empty when there is no answer."""
    value = node.value
    if not value or control.type == "note":
        return ""
    if control.type in _CHOSEN:
        return _chosen(session, node, control)
    if control.type in _KEPT:
        return _kept(control)
    if control.type == "acknowledge":
        return t("form_controls.acknowledged")
    return plain_words(control.type, value, control.appearance)


def plain_words(kind: str, value: str, appearance: tuple[str, ...] = ()) -> str:
    """A value that needs no choices: numbers, dates, places, text."""
    if kind in ("integer", "decimal") and "thousands-sep" in appearance:
        return separated(value)
    if kind in ("date", "time", "datetime"):
        return _moment(value, appearance)
    return _place(value) if kind == "geopoint" else value


def _chosen(session: Session, node: Node, control: Control) -> str:
    labels = dict(session.texts.choices(control, node))
    words = [labels.get(one) or one for one in node.value.split()]
    return t("form.answer.then" if control.type == "rank" else "common.list.separator").join(words)


def _kept(control: Control) -> str:
    if "signature" in control.appearance:
        return t("form.answer.signed")
    return t("form.answer.drawn" if "draw" in control.appearance else f"form.answer.{control.type}")


def _moment(value: str, appearance: tuple[str, ...]) -> str:
    when, clock = date_of(value), time_of(value)
    words = [] if when is None else [_day(when, len(asked_parts(appearance)))]
    if clock is not None:
        words.append(f"{clock:%H:%M}")
    return " ".join(words) or value


def _day(when: date, parts: int) -> str:
    if parts == 1:
        return t("form_controls.date.only_year", year=when.year)
    if parts == 2:
        return t("form_controls.date.only_month", year=when.year, month=when.month)
    return t("common.date.year", year=when.year, month=when.month, day=when.day)


def _place(value: str) -> str:
    parts = value.split()
    if len(parts) < 2:
        return value
    accuracy = round(float(parts[3])) if len(parts) > 3 else 0
    where = {"latitude": parts[0], "longitude": parts[1]}
    if not accuracy:  # typed by hand: nobody measured it
        return t("form.answer.place_typed", **where)
    return t("form.answer.place", **where, accuracy=accuracy)
