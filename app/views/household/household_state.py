"""One household as its screen shows it; plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.actions.read_visits import SealedVisit
from domain.codes import Disability, FileStatus, Health, LifeState, VisitResult
from domain.identity import age, mask_identity, mask_phone
from domain.models import HouseholdFile, Member, Worker


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know before knocking: the last part of a msgid ``household.notice.…``, and its blanks."""

    key: str
    params: dict[str, str]


def notice_of(file: HouseholdFile, today: date) -> Notice | None:
    """A death first, then a file that gives no right to aid (R4, R14)."""
    if file.worker.life is LifeState.DECEASED:
        return Notice("deceased", {"name": file.worker.name})
    status = file.status_on(today)
    if status is FileStatus.LIFTED:
        return Notice("lifted", {})
    if status is FileStatus.CANCELLED:
        return Notice("cancelled", {})
    if status in (FileStatus.DRAFT, FileStatus.SURVEYED, FileStatus.PUBLICISED):
        return Notice("pending", {"status": status.value})
    return None


def masked_phone(person: Worker | Member) -> str:
    """138****1234, or empty."""
    return mask_phone(person.phone) if person.phone else ""


def masked_identity(person: Worker | Member) -> str:
    """Region and tail, or empty."""
    return mask_identity(person.id_number) if person.id_number else ""


def age_of(person: Worker | Member, today: date) -> int | None:
    """Completed years, or None when the birth date is not known."""
    return age(person.birth, today) if person.birth else None


def is_ill(person: Worker | Member) -> bool:
    """Worth a word on a member's line: not simply healthy."""
    return person.health is not Health.HEALTHY or person.disability is not Disability.NONE


def was_met(visits: list[SealedVisit]) -> bool:
    """Whether this household was met in the campaign the visits belong to."""
    return any(visit.result == VisitResult.MET for visit in visits)
