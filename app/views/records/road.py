"""A record's own status, drawn."""

from __future__ import annotations

import flet as ft

from app.actions.read_visits import SealedVisit
from app.lang import t
from app.views.components import Step, StepState, Tone, status, steps
from app.views.format import problem
from app.views.records.records_state import STEPS, Advice, advice, marks, step_name

_STATES = {
    "done": StepState.DONE,
    "now": StepState.NOW,
    "later": StepState.LATER,
    "problem": StepState.PROBLEM,
}


def road(visit: SealedVisit) -> list[ft.Control]:
    """The four steps, and advice when something is stuck."""
    pairs = zip(STEPS, marks(visit), strict=True)
    line = steps(
        [Step(t(f"records.step.{step_name(step, mark, visit)}"), _STATES[mark]) for step, mark in pairs],
        road_words(visit),
    )
    found = advice(visit)
    if found is None:
        return [line]
    waits = found.key == "retry"
    icon = ft.Icons.SCHEDULE if waits else ft.Icons.ERROR_OUTLINE
    return [line, status(icon, _advice_words(found), Tone.WAIT if waits else Tone.PROBLEM)]


def road_words(visit: SealedVisit) -> str:
    """The same in one sentence, to be read aloud."""
    found = advice(visit)
    words = t(f"records.read.{visit.state}", sent=visit.photos_sent, total=visit.photos)
    return words if found is None else f"{words} {_advice_words(found)}"


def _advice_words(found: Advice) -> str:
    return t(f"records.problem.{found.key}", problem=problem(found.code), attempts=found.attempts)
