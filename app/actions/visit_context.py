"""What the rules look at on this phone: the visit as it stands, the file, campaign, earlier aid, photos."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from app.actions.drafts import all_drafts
from app.actions.local_time import LOCAL, today
from app.actions.read_visits import SealedPhoto
from app.actions.roll import campaign_on
from app.actions.services import Services
from app.actions.visit_body import body_of, event_time
from app.actions.visit_draft import Draft, PhotoDraft
from app.store.left import find_kept
from app.store.tables import households, records
from domain.codes import AidStatus
from domain.errors import InputError
from domain.models import Aid, Campaign, Delegation, HouseholdFile, RuleResult, VisitBody
from domain.rules import OtherPhoto, Phase, VisitContext, evaluate, failures
from sync.protocol.records import decode_head


def household_of(services: Services, household_id: str) -> HouseholdFile:
    """The household's file, also while only a draft keeps it here (app.store.left); raises
    InputError("household_missing") when it is not on this phone."""
    document = find_kept(services.db, "households", household_id)
    if document is None:
        raise InputError("household_missing", id=household_id)
    return msgspec.convert(document, HouseholdFile, strict=False)


def standing_of(services: Services, household_id: str) -> Literal["listed", "left", "missing"]:
    """Whether the household is in this person's list, is kept for a draft only, or has no file here at all
    (a damaged store)."""
    if households(services.db).get(household_id) is not None:
        return "listed"
    return "missing" if find_kept(services.db, "households", household_id) is None else "left"


def campaign_of(services: Services, campaign_id: str) -> Campaign:
    """The campaign with its rules; raises InputError("campaign_missing")."""
    document = find_kept(services.db, "campaign", campaign_id)
    if document is None:
        raise InputError("campaign_missing", id=campaign_id)
    return msgspec.convert(document, Campaign, strict=False)


def campaign_now(services: Services) -> Campaign:
    """Today's drive, else the nearest; raises InputError("campaign_missing")."""
    found = campaign_on(services.db, today(services))
    if found is None:
        raise InputError("campaign_missing")
    return found


def delegation_of(services: Services) -> Delegation | None:
    """The delegation this phone's person travels with."""
    wanted = services.me.delegation_id if services.me else None
    documents = services.db.table("delegations").all() if wanted else []
    found = next((each for each in documents if each.get("id") == wanted), None)
    return None if found is None else msgspec.convert(found, Delegation, strict=False)


def check(services: Services, draft: Draft, phase: Phase, *, photos: bool = False) -> list[RuleResult]:
    """Every rule's word on the visit as it stands; ``photos``: also compare with other households' photos."""
    household = household_of(services, draft.household)
    delegation = delegation_of(services)
    visit = body_of(
        draft,
        household,
        event_time(draft.started),
        delegation_id=delegation.id if delegation else None,
    )
    return evaluate(context_of(services, draft, visit, household, phase, photos=photos))


def context_of(
    services: Services,
    draft: Draft,
    visit: VisitBody,
    household: HouseholdFile,
    phase: Phase,
    *,
    photos: bool,
) -> VisitContext:
    """Gathered beforehand: rules do no I/O."""
    return VisitContext(
        visit=visit,
        campaign=campaign_of(services, draft.campaign),
        day=visit.started.device_time.astimezone(LOCAL).date(),
        household=household,
        delegation=delegation_of(services),
        earlier_aid=_earlier_aid(services, draft.household),
        other_photos=_other_photos(services, draft.id) if photos else (),
        phase=phase,
    )


def faults(results: list[RuleResult], subject: str | None = None) -> list[RuleResult]:
    """What failed (for one line, when ``subject`` is given), what stops first."""
    return [each for each in failures(results) if subject is None or each.subject == subject]


def _earlier_aid(services: Services, household_id: str) -> tuple[Aid, ...]:
    """Aid of this phone's own sealed visits to the household."""
    found: list[Aid] = []
    for document in records(services.db).find("household_id", household_id):
        visit_id, body = _body(document)
        if body is None:
            continue
        day = body.started.device_time.astimezone(LOCAL).date()
        found += [
            Aid(
                id=line.id,
                visit_id=visit_id,
                campaign_id=body.campaign_id,
                beneficiary=line.beneficiary,
                type=line.type,
                form=line.form,
                source=line.source,
                amount=line.amount,
                status=AidStatus.SIGNED,
                given_on=day,
                household_id=household_id,
            )
            for line in body.aid
        ]
    return tuple(found)


def _other_photos(services: Services, but_visit: str) -> tuple[OtherPhoto, ...]:
    """Photos of other visits on this phone, sealed or under way; the rule skips the same household's."""
    under_way = (draft for draft in all_drafts(services) if draft.id != but_visit)
    known = [
        _other(draft.household, draft.household_number, photo)
        for draft in under_way
        for photo in draft.photos
    ]
    numbers: dict[str, str] = {}
    for household, photo in services.visits.pictures():
        if household not in numbers:
            numbers[household] = (households(services.db).get(household) or {}).get("number", "")
        known.append(_other(household, numbers[household], photo))
    return tuple(known)


def _other(household: str, number: str, photo: PhotoDraft | SealedPhoto) -> OtherPhoto:
    return OtherPhoto(
        household_id=household,
        household_number=number,
        sha256=photo.sha256,
        original_sha256=photo.original_sha256,
        dhash=photo.dhash,
    )


def _body(document: dict[str, Any]) -> tuple[str, VisitBody | None]:
    """A sealed visit's id and body; None for another kind of record."""
    if document.get("type") != "visit":
        return document["id"], None
    head = decode_head(document["text"])
    return head.id, msgspec.convert(head.body, VisitBody)
