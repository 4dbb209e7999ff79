"""A record's own status, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.lang import t
from app.views.components import Step, StepState, Tone, status, steps
from app.views.format import problem
from app.views.records.records_state import STEPS, Advice, Sealed, advice, marks, megabytes, step_name
from app.views.shell.road_state import time_left

if TYPE_CHECKING:
    from sync.status import Reading

_STATES = {
    "done": StepState.DONE,
    "now": StepState.NOW,
    "later": StepState.LATER,
    "problem": StepState.PROBLEM,
}


def road(record: Sealed, reading: Reading | None = None) -> list[ft.Control]:
    """The four steps, and advice when something is stuck. ``reading``: then also how long all that waits will
    take, when that is known."""
    pairs = zip(STEPS, marks(record), strict=True)
    line = steps(
        [Step(t(f"records.step.{step_name(step, mark, record)}"), _STATES[mark]) for step, mark in pairs],
        road_words(record),
    )
    found = advice(record)
    if found is None:
        return [line, *_progress(record, reading)]
    waits = found.key == "retry"
    icon = ft.Icons.SCHEDULE if waits else ft.Icons.ERROR_OUTLINE
    return [line, status(icon, _advice_words(found), Tone.WAIT if waits else Tone.PROBLEM)]


def road_words(record: Sealed) -> str:
    """The same in one sentence, to be read aloud."""
    found = advice(record)
    words = t(f"records.read.{record.state}", sent=record.photos_sent, total=record.photos)
    arrived = megabytes(record)
    if arrived:
        words = f"{words} {_arrived_words(arrived)}"
    return words if found is None else f"{words} {_advice_words(found)}"


def _progress(record: Sealed, reading: Reading | None) -> list[ft.Control]:
    """How much of its pictures is at the office, while they are on their way. A time of its own would be a
    guess, for the pictures of all records share the line; that of them all is the longest it can take."""
    arrived = megabytes(record)
    if arrived is None:
        return []
    words, left = _arrived_words(arrived), time_left(reading) if reading else None
    if left is not None:
        words = f"{words} {t(f'records.left.{left[0]}', count=left[1])}"
    return [status(ft.Icons.UPLOAD, words, Tone.WAIT)]


def _arrived_words(arrived: tuple[str, str]) -> str:
    return t("records.progress", sent=arrived[0], total=arrived[1])


def _advice_words(found: Advice) -> str:
    return t(f"records.problem.{found.key}", problem=problem(found.code), attempts=found.attempts)
