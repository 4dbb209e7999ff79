"""A record's road in four steps, and what to do when one is stuck; plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

StepName = Literal["kept", "sending", "received", "complete"]
Mark = Literal["done", "now", "later", "problem"]
STEPS: tuple[StepName, ...] = ("kept", "sending", "received", "complete")


class Sealed(Protocol):
    """What a visit and a questionnaire have in common: something sealed, on its way to the office."""

    @property
    def state(self) -> str: ...
    @property
    def photos(self) -> int: ...
    @property
    def photos_sent(self) -> int: ...
    @property
    def pictures_left(self) -> int: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def last_error(self) -> str | None: ...
    @property
    def attempts(self) -> int: ...
    @property
    def bytes_total(self) -> int: ...
    @property
    def bytes_sent(self) -> int: ...


_REACHED: dict[str, int] = {
    "kept": 1,
    "sending": 1,
    "received": 3,
    "complete": 4,
    "conflict": 2,
    "quarantined": 2,
}

PATIENCE = 3
"""Failed attempts before a line about it: the first ones pass unseen."""


def marks(record: Sealed) -> tuple[Mark, Mark, Mark, Mark]:
    """One mark per step: done up to where it is, now for the next, problem where it was turned away."""
    done = _REACHED[record.state]
    stuck = record.state in ("conflict", "quarantined")
    return tuple(_mark(at, done, stuck) for at in range(4))  # type: ignore[return-value]


def _mark(at: int, done: int, stuck: bool) -> Mark:
    if at < done:
        return "done"
    if at > done:
        return "later"
    return "problem" if stuck else "now"


def step_name(step: StepName, mark: Mark, record: Sealed) -> str:
    """The last part of the msgid ``records.step.…``: what is done reads otherwise than what is under way."""
    if mark == "problem":
        return "problem"
    if step == "sending":
        if mark == "done":
            return "sent"
        return "sending" if record.state == "sending" else "waiting"
    return "complete_none" if step == "complete" and not record.photos else step


@dataclass(frozen=True, slots=True)
class Advice:
    """The last part of a msgid ``records.problem.…``; ``code`` is the stable code behind it."""

    key: Literal["conflict", "quarantined", "retry"]
    code: str | None
    attempts: int = 0


def advice(record: Sealed) -> Advice | None:
    """What to tell about this record, or None when all is well."""
    if record.state == "conflict":
        return Advice("conflict", record.problem)
    if record.state == "quarantined":
        return Advice("quarantined", record.problem)
    if record.state in ("kept", "sending") and record.attempts >= PATIENCE and record.last_error:
        return Advice("retry", record.last_error, record.attempts)
    return None


def megabytes(record: Sealed) -> tuple[str, str] | None:
    """(arrived, all) of its pictures in MB while they are on their way; a part is never rounded up to all."""
    if record.state != "received" or not record.pictures_left or not record.bytes_total:
        return None
    total = max(round(record.bytes_total / 100_000), 1)
    sent = min(record.bytes_sent // 100_000, total - 1)
    return f"{sent / 10:.1f}", f"{total / 10:.1f}"


@dataclass(frozen=True, slots=True)
class Summary:
    """All records in one line: the last part of ``records.summary.…`` and the count in it."""

    key: Literal["all_in", "waiting", "photos", "trouble"]
    count: int


def summary(records: Sequence[Sealed]) -> Summary:
    """Trouble first, then what waits, then photos, then all is in."""
    trouble = sum(record.state in ("conflict", "quarantined") for record in records)
    if trouble:
        return Summary("trouble", trouble)
    waiting = sum(record.state in ("kept", "sending") for record in records)
    if waiting:
        return Summary("waiting", waiting)
    pictures = sum(record.pictures_left for record in records if record.state == "received")
    return Summary("photos", pictures) if pictures else Summary("all_in", 0)
