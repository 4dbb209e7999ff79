"""A record's own status, drawn."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import Step, StepState, Tone, status, steps
from app.views.format import problem
from app.views.records.records_state import STEPS, Advice, Sealed, advice, marks, megabytes, step_name

_STATES = {
    "done": StepState.DONE,
    "now": StepState.NOW,
    "later": StepState.LATER,
    "problem": StepState.PROBLEM,
}


def road(record: Sealed) -> list[ft.Control]:
    """The four steps, and advice when something is stuck."""
    pairs = zip(STEPS, marks(record), strict=True)
    line = steps(
        [Step(t(f"records.step.{step_name(step, mark, record)}"), _STATES[mark]) for step, mark in pairs],
        road_words(record),
    )
    found = advice(record)
    if found is None:
        return [line, *_progress(record)]
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


def _progress(record: Sealed) -> list[ft.Control]:
    """How much of its pictures is at the office, while they are on their way."""
    arrived = megabytes(record)
    return [status(ft.Icons.UPLOAD, _arrived_words(arrived), Tone.WAIT)] if arrived else []


def _arrived_words(arrived: tuple[str, str]) -> str:
    return t("records.progress", sent=arrived[0], total=arrived[1])


def _advice_words(found: Advice) -> str:
    return t(f"records.problem.{found.key}", problem=problem(found.code), attempts=found.attempts)
