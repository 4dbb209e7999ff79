"""A record's road in four steps, and what to do when one is stuck; plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.actions.read_visits import SealedVisit, VisitState

StepName = Literal["kept", "sending", "received", "complete"]
Mark = Literal["done", "now", "later", "problem"]
STEPS: tuple[StepName, ...] = ("kept", "sending", "received", "complete")

_REACHED: dict[VisitState, int] = {
    "kept": 1,
    "sending": 1,
    "received": 3,
    "complete": 4,
    "conflict": 2,
    "quarantined": 2,
}
PATIENCE = 3
"""Failed attempts before a line about it: the first ones pass unseen."""


def marks(visit: SealedVisit) -> tuple[Mark, Mark, Mark, Mark]:
    """One mark per step: done up to where it is, now for the next, problem where it was turned away."""
    done = _REACHED[visit.state]
    stuck = visit.state in ("conflict", "quarantined")
    return tuple(_mark(at, done, stuck) for at in range(4))  # type: ignore[return-value]


def _mark(at: int, done: int, stuck: bool) -> Mark:
    if at < done:
        return "done"
    if at > done:
        return "later"
    return "problem" if stuck else "now"


def step_name(step: StepName, mark: Mark, visit: SealedVisit) -> str:
    """The last part of the msgid ``records.step.…``: what is done reads otherwise than what is under way."""
    if mark == "problem":
        return "problem"
    if step == "sending":
        if mark == "done":
            return "sent"
        return "sending" if visit.state == "sending" else "waiting"
    return "complete_none" if step == "complete" and not visit.photos else step


@dataclass(frozen=True, slots=True)
class Advice:
    """The last part of a msgid ``records.problem.…``; ``code`` is the stable code behind it."""

    key: Literal["conflict", "quarantined", "retry"]
    code: str | None
    attempts: int = 0


def advice(visit: SealedVisit) -> Advice | None:
    """What to tell about this record, or None when all is well."""
    if visit.state == "conflict":
        return Advice("conflict", visit.problem)
    if visit.state == "quarantined":
        return Advice("quarantined", visit.problem)
    if visit.state in ("kept", "sending") and visit.attempts >= PATIENCE and visit.last_error:
        return Advice("retry", visit.last_error, visit.attempts)
    return None


@dataclass(frozen=True, slots=True)
class Summary:
    """All records in one line: the last part of ``records.summary.…`` and the count in it."""

    key: Literal["all_in", "waiting", "photos", "trouble"]
    count: int


def summary(visits: Sequence[SealedVisit]) -> Summary:
    """Trouble first, then what waits, then photos, then all is in."""
    trouble = sum(visit.state in ("conflict", "quarantined") for visit in visits)
    if trouble:
        return Summary("trouble", trouble)
    waiting = sum(visit.state in ("kept", "sending") for visit in visits)
    if waiting:
        return Summary("waiting", waiting)
    pictures = sum(visit.pictures_left for visit in visits if visit.state == "received")
    return Summary("photos", pictures) if pictures else Summary("all_in", 0)
