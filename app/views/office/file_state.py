"""The household's file beside the visit: facts, and the sensitive ones masked until a reason is given.

The registry masks numbers and leaves health out (naming what it left out under ``masked``); a whole number
that arrives here all the same is masked again. What was revealed lives only as long as the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.actions.office_reveal_field import Hidden
from app.lang import t
from app.views.office import words
from app.views.office.marks import Masked
from domain.identity import mask_account, mask_identity, mask_phone
from sync.protocol.messages import VisitDetail

MASKS: dict[str, Callable[[str], str]] = {
    "worker.id_number": mask_identity,
    "worker.phone": mask_phone,
    "bank.number": mask_account,
}
"""Numbers that are shown only against a reason."""
HIDDEN = "•••"
"""Stands for a field that did not come at all."""
FAMILIES = {
    "status": "file_status",
    "category": "category",
    "level": "file_level",
    "main_cause": "cause",
    "housing": "housing",
    "worker.work_state": "work_state",
    "worker.health": "health",
    "worker.disability": "disability",
}
"""Coded fields and their code lists."""
SHOWN = (
    "number",
    "category",
    "status",
    "level",
    "main_cause",
    "worker.work_state",
    "worker.employer",
    "housing",
    "worker.id_number",
    "worker.phone",
    "bank.number",
    "worker.health",
    "worker.illness",
    "worker.disability",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the file; ``masked`` is None when nothing of it is hidden."""

    label: str
    value: str
    masked: Masked | None = None


def facts_of(detail: VisitDetail, revealed: Mapping[Hidden, str]) -> tuple[Fact, ...]:
    """The facts in the order a reviewer reads them; empty ones are left out."""
    household = detail.household
    if household is None:
        return ()
    own = str(household.get("id") or detail.row.household_id or "")
    facts = [_fact(household, path, Hidden("household", own, path), revealed) for path in SHOWN]
    return tuple(fact for fact in (*facts, _members(household)) if fact.value)


def _fact(household: Mapping[str, Any], path: str, hidden: Hidden, revealed: Mapping[Hidden, str]) -> Fact:
    label = t(f"office.file.{path}")
    if hidden in revealed:
        return Fact(label, _told(path, revealed[hidden]))
    if _left_out(household, path):
        return Fact(label, HIDDEN, Masked(label, hidden))
    value = _at(household, path)
    if path in MASKS and value:
        return Fact(label, value if "*" in value else MASKS[path](value), Masked(label, hidden))
    return Fact(label, _told(path, value))


def _told(path: str, value: str) -> str:
    return words.coded(FAMILIES[path], value) if path in FAMILIES and value else value


def _left_out(household: Mapping[str, Any], path: str) -> bool:
    """Whether the registry kept this field back."""
    parent: object = household
    *above, name = path.split(".")
    for part in above:
        parent = parent.get(part) if isinstance(parent, Mapping) else None
    return isinstance(parent, Mapping) and name in (parent.get("masked") or ())


def _at(household: Mapping[str, Any], path: str) -> str:
    value: object = household
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)


def _members(household: Mapping[str, Any]) -> Fact:
    members = household.get("members")
    people = members if isinstance(members, list | tuple) else ()
    told = [_member(one) for one in people if isinstance(one, Mapping)]
    return Fact(t("office.file.members"), t("office.join").join(told))


def _member(member: Mapping[str, Any]) -> str:
    relation = words.coded("relation", member.get("relation") or "other")
    state = words.coded("member_state", member.get("state") or "")
    return t("office.file.member", name=member.get("name") or "", relation=relation, state=state)
