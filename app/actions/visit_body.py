"""Draft → domain VisitBody: what was typed becomes what is sealed, or what the rules look at meanwhile."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from app.actions.file_edits import file_changes
from app.actions.visit_draft import AidDraft, Draft, PhotoDraft, PlaceDraft, SignatureDraft
from domain.codes import (
    AidForm,
    AidType,
    FundSource,
    NeedKind,
    NeedSeverity,
    PhotoKind,
    Relation,
    SignatureKind,
    SignerKind,
    VisitResult,
    VisitType,
)
from domain.errors import InputError
from domain.event_time import EventTime
from domain.models import (
    AidLine,
    Beneficiary,
    HouseholdFile,
    Member,
    Need,
    PhotoRef,
    Proxy,
    Receipt,
    Signature,
    VisitBody,
    Visitor,
)
from domain.money import ZERO, parse_yuan
from domain.places import Place
from domain.text import half_width


def body_of(
    draft: Draft,
    household: HouseholdFile,
    ended: EventTime,
    *,
    delegation_id: str | None = None,
    receipt_image: str | None = None,
) -> VisitBody:
    """The visit as it stands. Aid lines without type, form or source are left out; an amount that cannot be
    read counts as zero: both stop finishing elsewhere (app.views.visit.visit_state), not the rules' look."""
    lines = aid_lines(draft, household)
    return VisitBody(
        campaign_id=draft.campaign,
        visit_type=VisitType.HOME,
        visitors=tuple(Visitor(name=v.name, user_id=v.user_id) for v in draft.visitors),
        started=event_time(draft.started),
        ended=ended,
        result=VisitResult(draft.result or VisitResult.MET),
        household_id=draft.household,
        org_id=household.org_id,
        delegation_id=delegation_id,
        on_behalf_of=draft.aid_on_behalf_of.strip(),
        place=place(draft.place),
        needs=_needs(draft),
        aid=lines,
        receipt=_receipt(draft, receipt_image) if lines else None,
        photos=tuple(map(photo_ref, draft.photos)),
        photo_consent=draft.photo_consent,
        changes=file_changes(draft),
        few_visitors_reason=draft.solo_reason.strip(),
        note=draft.result_note.strip(),
        thoughts=draft.thoughts.strip(),
        next_step=draft.next_step.strip(),
    )


def event_time(value: dict[str, object]) -> EventTime:
    """Stored builtins → EventTime."""
    return msgspec.convert(value, EventTime)


def place(found: PlaceDraft) -> Place | None:
    """The place, or None while there is none."""
    if found.state != "found":
        return None
    return Place(
        latitude=found.latitude,
        longitude=found.longitude,
        accuracy_m=found.accuracy_m,
        mocked=found.mocked,
    )


def photo_ref(photo: PhotoDraft) -> PhotoRef:
    """What the record says of a photo."""
    return PhotoRef(
        sha256=photo.sha256,
        original_sha256=photo.original_sha256,
        thumb_sha256=photo.thumbnail_sha256,
        kind=PhotoKind(photo.kind),
        dhash=photo.dhash,
        taken=event_time(photo.event_time),
        place=place(photo.place),
        picked=photo.source == "album",
    )


def aid_lines(draft: Draft, household: HouseholdFile) -> tuple[AidLine, ...]:
    """The lines whose type, form and source are chosen."""
    if draft.aid_choice != "give" or draft.result not in ("met", "deceased"):
        return ()
    return tuple(_line(line, household) for line in draft.aids if line.type and line.form and line.source)


def _line(line: AidDraft, household: HouseholdFile) -> AidLine:
    form = AidForm(line.form)
    return AidLine(
        id=line.id,
        beneficiary=beneficiary(line.beneficiary, household),
        type=AidType(line.type),
        form=form,
        source=FundSource(line.source),
        amount=_amount(line.amount),
        item=line.item.strip(),
        quantity=_quantity(line.quantity) if form is AidForm.IN_KIND else 0,
        unit=line.unit.strip(),
        account=household.bank if form is AidForm.BANK else None,
    )


def beneficiary(person_id: str, household: HouseholdFile) -> Beneficiary:
    """The person aid is for; an unknown or empty id means the worker (S22)."""
    person = next((p for p in household.people() if p.id == person_id), household.worker)
    relation = person.relation if isinstance(person, Member) else Relation.SELF
    return Beneficiary(
        name=person.name,
        id_number=person.id_number,
        relation=relation,
        person_id=person.id,
        phone=person.phone,
    )


def _amount(typed: str) -> Decimal:
    try:
        return parse_yuan(typed)
    except InputError:
        return ZERO


def _quantity(typed: str) -> int:
    text = half_width(typed).strip()
    return int(text[:6]) if text.isascii() and text.isdigit() else 0


def _needs(draft: Draft) -> tuple[Need, ...]:
    return tuple(
        Need(kind=kind, severity=NeedSeverity(need.severity), wish=need.wish.strip())
        for kind in NeedKind
        if (need := draft.needs.get(kind.value)) is not None and need.severity is not None
    )


def _receipt(draft: Draft, image: str | None) -> Receipt | None:
    locked = draft.receipt
    if locked is None:
        return None
    signer = SignerKind.PROXY if draft.proxy.on else SignerKind.RECIPIENT
    given = [_signature(draft.recipient, signer)] if draft.recipient else []
    return Receipt(
        id=locked.id,
        amount=Decimal(locked.amount),
        capitals=locked.capitals,
        signed_hash=locked.hash,
        locked=event_time(locked.locked),
        signatures=(*given, *(_signature(one, SignerKind.HANDLER) for one in draft.handlers)),
        proxy=_proxy(draft),
        image_sha256=image,
        replaces=locked.replaces,
    )


def _signature(one: SignatureDraft, signer: SignerKind) -> Signature:
    return Signature(
        signer=signer,
        name=one.name,
        image_sha256=one.image_sha256,
        signed=event_time(one.event_time),
        kind=SignatureKind(one.method),
        user_id=one.user_id,
    )


def _proxy(draft: Draft) -> Proxy | None:
    proxy = draft.proxy
    if not proxy.on:
        return None
    return Proxy(
        name=proxy.name.strip(),
        relation=Relation(proxy.relation or Relation.OTHER),
        id_number="".join(half_width(proxy.id_number).split()).upper(),
        reason=proxy.reason.strip(),
        phone=proxy.phone.strip(),
    )
