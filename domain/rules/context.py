"""All that the rules of a visit look at, gathered beforehand: rules do no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from domain.codes import AidStatus
from domain.models import (
    Aid,
    AidLine,
    Beneficiary,
    Campaign,
    Delegation,
    HouseholdFile,
    Member,
    RuleSettings,
    VisitBody,
    Worker,
)
from domain.models.base import DHash, Model, Sha256


class Phase(StrEnum):
    """Before signing there are no signatures to look for; afterwards there must be."""

    BEFORE_SIGNING = "before_signing"
    SIGNED = "signed"


class OtherPhoto(Model, frozen=True, kw_only=True):
    """A photo of another household that a new one is compared with."""

    household_id: str
    household_number: str
    sha256: Sha256
    original_sha256: Sha256
    dhash: DHash


class VisitContext(Model, frozen=True, kw_only=True):
    """``day`` is the visit's local day; ``earlier_aid`` holds the lines of other visits only.

    ``staff_id_numbers`` are the identity numbers of union staff, ``staff_relatives`` those of their known
    relatives (the phone usually knows none, the registry all).
    """

    visit: VisitBody
    campaign: Campaign
    day: date
    household: HouseholdFile | None = None
    delegation: Delegation | None = None
    earlier_aid: tuple[Aid, ...] = ()
    other_photos: tuple[OtherPhoto, ...] = ()
    staff_id_numbers: frozenset[str] = frozenset()
    staff_relatives: frozenset[str] = frozenset()
    phase: Phase = Phase.SIGNED

    @property
    def rules(self) -> RuleSettings:
        return self.campaign.rules

    def person(self, beneficiary: Beneficiary) -> Worker | Member | None:
        """The beneficiary as the household's file knows them."""
        people = self.household.people() if self.household else ()
        return next((one for one in people if _is(one, beneficiary)), None)

    def earlier_for(self, beneficiary: Beneficiary) -> Iterator[Aid]:
        """What this person already got, without what was voided or returned."""
        for aid in self.earlier_aid:
            if aid.status in (AidStatus.SIGNED, AidStatus.PAID) and same_person(aid.beneficiary, beneficiary):
                yield aid

    def lines_for(self, beneficiary: Beneficiary) -> list[AidLine]:
        """This visit's lines for the person."""
        return [line for line in self.visit.aid if same_person(line.beneficiary, beneficiary)]


def same_person(one: Beneficiary, other: Beneficiary) -> bool:
    """By identity number, or by id where a number is missing."""
    if one.id_number and other.id_number:
        return one.id_number == other.id_number
    return one.person_id is not None and one.person_id == other.person_id


def _is(person: Worker | Member, beneficiary: Beneficiary) -> bool:
    if beneficiary.person_id is not None:
        return person.id == beneficiary.person_id
    return bool(person.id_number) and person.id_number == beneficiary.id_number
