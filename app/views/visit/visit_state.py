"""Where a visit stands on its way: the step to show, where Next and Back lead. No flet here."""

from __future__ import annotations

from typing import Literal

from app.actions.visit_draft import Draft, Step
from app.actions.visit_gaps import gaps, path

StepState = Literal["done", "here", "open", "lacking"]


def here(draft: Draft) -> Step:
    """The step to show; one that is no longer on the path gives way to the one before it."""
    steps = path(draft)
    if draft.step in steps:
        return draft.step
    return "aid" if "aid" in steps else "photos"


def after(draft: Draft) -> Step | None:
    """Where Next leads; None on the last step."""
    steps = path(draft)
    index = steps.index(here(draft)) + 1
    return steps[index] if index < len(steps) else None


def before(draft: Draft) -> Step | None:
    """Where Back leads; None on the first step."""
    steps = path(draft)
    index = steps.index(here(draft)) - 1
    return steps[index] if index >= 0 else None


def whole(draft: Draft) -> bool:
    """False on the signing step until everybody has signed: its own buttons are the way on."""
    return here(draft) != "sign" or not any(gap.step == "sign" and gap.blocking for gap in gaps(draft))


def stepper(draft: Draft) -> list[tuple[Step, StepState]]:
    """Each step with what its dot shows; steps before the current one show whether they are whole."""
    steps, current = path(draft), here(draft)
    lacking = {gap.step for gap in gaps(draft) if gap.blocking}
    passed = steps.index(current)
    return [
        (step, "here" if step == current else _state(step in lacking, index < passed))
        for index, step in enumerate(steps)
    ]


def _state(lacks: bool, passed: bool) -> StepState:
    if lacks:
        return "lacking" if passed else "open"
    return "done" if passed else "open"
