"""Finish: what was typed becomes one sealed record, queued with its pictures in one durable write."""

from __future__ import annotations

import msgspec

from app.actions.draft_receipt import draft_receipt
from app.actions.drafts import drop_draft, find_draft, need_draft
from app.actions.event_now import sealed_now
from app.actions.free_space import shelve
from app.actions.seal_record import Media, ToSeal, each_once, seal_record, tell_sealed
from app.actions.services import Services
from app.actions.visit_body import body_of
from app.actions.visit_context import campaign_of, context_of, delegation_of, household_of
from app.actions.visit_draft import Draft
from app.actions.visit_gaps import can_finish
from app.receipts import receipt_picture
from app.receipts.picture import Signed
from domain.codes import Outcome, Severity
from domain.errors import InputError
from domain.event_time import EventTime
from domain.models import HouseholdFile, RuleResult, VisitBody
from domain.rules import Phase, evaluate, for_record
from sync.protocol.canonical import sha256_hex


async def finish_visit(services: Services, visit_id: str) -> str:
    """Seal and queue; returns the record's id, which is the visit's.

    Photos and signatures that are still being worked on are waited for, and what was touched while the
    receipt's picture was made is in it: from the last look at the draft to the seal nothing else runs.
    The draft goes in the same write, so a kill leaves either the draft or the record. Rules that failed are
    sealed with it: what happened in the field is never refused. Raises InputError("draft_missing" |
    "not_enrolled" | "visit_unfinished" | "photo_not_kept": one that was waited for), StoreError("disk_full"
    …): then the draft is as before.
    """
    if services.me is None or services.identity is None:
        raise InputError("not_enrolled")
    draft, image = await _at_rest(services, visit_id)
    ended = sealed_now(services)
    body = _body(services, draft, ended.plain(), image)
    work = ToSeal(
        type="visit",
        id=draft.id,
        body=body,
        ended=ended,
        media=_media(draft, body, image),
        campaign=draft.campaign,
        household=draft.household,
    )
    seal_record(services, work, lambda: drop_draft(services, draft.id))
    tell_sealed(services)
    return visit_id


async def _at_rest(services: Services, visit_id: str) -> tuple[Draft, bytes | None]:
    """The draft as it stands when nothing is on its way into it, and the picture of just its receipt."""
    while True:
        if not await services.coming.arrived(visit_id):
            raise InputError("photo_not_kept")
        draft = need_draft(services, visit_id)
        if not can_finish(draft, campaign_of(services, draft.campaign).rules.minimum_visitors):
            raise InputError("visit_unfinished")
        image = await _receipt_image(services, draft)
        if not services.coming.count(visit_id) and find_draft(services, visit_id) == draft:
            return draft, image


async def _receipt_image(services: Services, draft: Draft) -> bytes | None:
    """The receipt with its signatures as one picture, on the shelf; None without a receipt."""
    if draft.receipt is None or draft.recipient is None or draft.aid_choice != "give":
        return None
    signed = [Signed(one.strokes, one.method) for one in (draft.recipient, *draft.handlers)]
    words = draft_receipt(services, draft).text()
    picture = await receipt_picture(services.platform.pictures, words, signed)
    await shelve(services, sha256_hex(picture), picture)
    return picture


def _body(services: Services, draft: Draft, ended: EventTime, image: bytes | None) -> VisitBody:
    household = household_of(services, draft.household)
    delegation = delegation_of(services)
    visit = body_of(
        draft,
        household,
        ended,
        delegation_id=delegation.id if delegation else None,
        receipt_image=sha256_hex(image) if image is not None else None,
    )
    return msgspec.structs.replace(visit, rule_results=_results(services, draft, visit, household))


def _results(
    services: Services, draft: Draft, visit: VisitBody, household: HouseholdFile
) -> tuple[RuleResult, ...]:
    context = context_of(services, draft, visit, household, Phase.SIGNED, photos=True)
    return tuple(_with_reason(result, draft) for result in for_record(evaluate(context)))


def _with_reason(result: RuleResult, draft: Draft) -> RuleResult:
    """A warning carries the reason the cadre gave, as parameter ``reason``."""
    if result.outcome is not Outcome.FAIL or result.severity is not Severity.WARN:
        return result
    line = next((each for each in draft.aids if each.id == result.subject), None)
    reason = (line.reasons if line else draft.reasons).get(result.code, "").strip()
    if not reason:
        return result
    return msgspec.structs.replace(result, params={**result.params, "reason": reason})


def _media(draft: Draft, body: VisitBody, image: bytes | None) -> Media:
    """Every file the registry will ask for, small ones first; each once."""
    photos = draft.photos
    signed = [one for one in (draft.recipient, *draft.handlers) if one is not None] if body.receipt else []
    found = [
        *((p.thumbnail_sha256, "thumb", p.thumbnail_size) for p in photos),
        *((s.image_sha256, "signature", s.image_size) for s in signed),
        *([(sha256_hex(image), "signature", len(image))] if image is not None else []),
        *((p.sha256, "photo", p.size) for p in photos),
    ]
    return each_once(found)
