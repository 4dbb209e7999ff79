"""The home screen without a screen: who is still to reach, in which order, and how far we are (S25)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from app.actions.read_visits import SealedVisit
from app.actions.roll import is_active
from domain.codes import FileStatus, VisitResult
from domain.coverage import Coverage, coverage
from domain.models import Campaign, CoverageTarget, HouseholdFile
from domain.text import half_width

PAGE_ROWS = 30
"""Rows shown at first and added by 再看: 2,000 at once would take seconds."""


class Standing(Enum):
    """How one household stands in this campaign, in the order of the list."""

    DRAFT = 0
    TO_REACH = 1
    TRIED = 2
    REACHED = 3
    INACTIVE = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``last``: the newest visit of this campaign; ``draft``: id of one under way."""

    file: HouseholdFile
    standing: Standing
    last: SealedVisit | None
    draft: str | None = None


@dataclass(frozen=True, slots=True)
class OffList:
    """A visit under way at a household that is not in the list: handed on to somebody else (``left``), or
    the list has not come yet. Told by the draft's own words."""

    draft: str
    name: str
    number: str
    left: bool


@dataclass(frozen=True, slots=True)
class Home:
    """``rows`` are those to show now; ``more`` is how many the button would add; ``found`` counts all."""

    rows: tuple[Row, ...]
    found: int
    more: int
    coverage: Coverage
    to_reach: int


def rows_of(
    files: Iterable[HouseholdFile],
    visits: Mapping[str, Sequence[SealedVisit]],
    drafts: Mapping[str, str],
    today: date,
) -> list[Row]:
    """All households with their standing, those to reach first; ``visits`` by household, newest first;
    ``drafts``: the id of the visit under way, by household."""
    rows = [
        Row(
            file,
            _standing(file, visits.get(file.id, ()), file.id in drafts, today),
            next(iter(visits.get(file.id, ())), None),
            drafts.get(file.id),
        )
        for file in files
    ]
    return sorted(rows, key=lambda row: row.standing.value)


def _standing(file: HouseholdFile, visits: Sequence[SealedVisit], draft: bool, today: date) -> Standing:
    if draft:
        return Standing.DRAFT
    if any(visit.result == VisitResult.MET for visit in visits):
        return Standing.REACHED
    if not is_active(file, today):
        return Standing.INACTIVE
    return Standing.TRIED if visits else Standing.TO_REACH


def coverage_of(
    files: Iterable[HouseholdFile], visits: Mapping[str, Sequence[SealedVisit]], today: date
) -> Coverage:
    """Own coverage: reached ÷ assigned active files."""
    return coverage(
        CoverageTarget(
            household_id=file.id,
            results=tuple(VisitResult(visit.result) for visit in reversed(visits.get(file.id, ()))),
        )
        for file in files
        if is_active(file, today)
    )


def by_household(visits: Iterable[SealedVisit], campaign: Campaign | None) -> dict[str, list[SealedVisit]]:
    """Visits of this campaign by household, newest first; a corrected one gives way to its correction."""
    every = list(visits)
    corrected = {visit.corrects for visit in every if visit.corrects}
    found: dict[str, list[SealedVisit]] = {}
    for visit in every:
        wanted = campaign is None or visit.campaign in (campaign.id, None)
        if visit.household_id and wanted and visit.id not in corrected:
            found.setdefault(visit.household_id, []).append(visit)
    return found


def home(rows: Sequence[Row], shown: Coverage, order: Sequence[str] | None, limit: int) -> Home:
    """``order``: ids found by a search, best first; None shows all, those to reach first."""
    if order is None:
        chosen = list(rows)
    else:
        known = {row.file.id: row for row in rows}
        chosen = [known[one] for one in order if one in known]
    return Home(
        rows=tuple(chosen[:limit]),
        found=len(chosen),
        more=min(PAGE_ROWS, max(0, len(chosen) - limit)),
        coverage=shown,
        to_reach=shown.total - shown.reached,
    )


def off_list(
    drafts: Iterable[Mapping[str, Any]], known: Container[str], query: str, *, left: bool
) -> tuple[OffList, ...]:
    """Drafts of households that are not ``known``; of those, what the words of ``query`` find by name or
    number."""
    words = half_width(query).lower().split()
    every = (
        OffList(one["id"], one.get("household_name", ""), one.get("household_number", ""), left)
        for one in drafts
        if one["household"] not in known
    )
    return tuple(one for one in every if all(word in f"{one.name} {one.number}".lower() for word in words))


def days_left(campaign: Campaign, today: date) -> int:
    """Days still to come, today included: 1 on the last day, 0 after it."""
    return max(0, (campaign.ends_on - today).days + 1)


def greeting(hour: int) -> str:
    """The msgid of the greeting for this local hour."""
    if hour < 5 or hour >= 18:
        return "home.greeting.evening"
    if hour < 11:
        return "home.greeting.morning"
    return "home.greeting.noon" if hour < 13 else "home.greeting.afternoon"


def needs_notice(file: HouseholdFile) -> bool:
    """Lifted and relapsed files say so on their row."""
    return file.status in (FileStatus.LIFTED, FileStatus.RELAPSED, FileStatus.CANCELLED)
