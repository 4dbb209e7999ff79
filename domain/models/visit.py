"""What a visit leaves behind. ``VisitBody`` is sealed on the phone, so it holds no floats."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from domain.codes import (
    AidForm,
    AidStatus,
    AidType,
    FundSource,
    NeedKind,
    NeedSeverity,
    Outcome,
    PhotoKind,
    Relation,
    Severity,
    SignatureKind,
    SignerKind,
    TargetGroup,
    VisitResult,
    VisitType,
)
from domain.event_time import EventTime, UtcTime
from domain.ids import Id
from domain.models.base import Count, DHash, LongText, Model, MoneyModel, Sha256, ShortText
from domain.models.household import BankAccount
from domain.places import Place


class Visitor(Model, frozen=True, kw_only=True):
    """Somebody of ours at the door; ``user_id`` is None for a visitor without the app."""

    name: ShortText
    user_id: Id | None = None
    post: ShortText = ""


class Need(Model, frozen=True, kw_only=True):
    """One of 医房学业保 and others (S18); ``wish`` in the household's own words."""

    kind: NeedKind
    severity: NeedSeverity
    wish: LongText = ""


class Beneficiary(Model, frozen=True, kw_only=True):
    """The person aid is for (实名制): the worker or a family member (S22)."""

    name: ShortText
    id_number: str
    relation: Relation = Relation.SELF
    person_id: Id | None = None
    phone: str = ""


class AidLine(MoneyModel, frozen=True, kw_only=True):
    """One roster line: one person, one source, one form. ``amount`` is yuan, for goods their value."""

    id: Id
    beneficiary: Beneficiary
    type: AidType
    form: AidForm
    source: FundSource
    amount: Decimal
    item: ShortText = ""
    quantity: Count = 0
    unit: ShortText = ""
    account: BankAccount | None = None


class Aid(MoneyModel, frozen=True, kw_only=True):
    """A line in the ledger, as rules and reports look at it; ``given_on`` is the local day of signing."""

    id: Id
    visit_id: Id
    campaign_id: Id
    beneficiary: Beneficiary
    type: AidType
    form: AidForm
    source: FundSource
    amount: Decimal
    status: AidStatus
    given_on: date
    household_id: Id | None = None
    org_id: Id | None = None


class Signature(Model, frozen=True, kw_only=True):
    """Pen strokes or a fingerprint as a picture named by its hash, and when it was made."""

    signer: SignerKind
    name: ShortText
    image_sha256: Sha256
    signed: EventTime
    kind: SignatureKind = SignatureKind.PEN
    user_id: Id | None = None


class Proxy(Model, frozen=True, kw_only=True):
    """Who signs for the recipient, and why (代签, R11)."""

    name: ShortText
    relation: Relation
    id_number: str
    reason: LongText = ""
    mandate_sha256: Sha256 | None = None
    phone: str = ""


class Receipt(MoneyModel, frozen=True, kw_only=True):
    """What the recipient signed: amount in digits and capitals, locked before the first signature (R10).

    ``signed_hash`` is ``domain.receipt.signed_hash`` of the lines at that moment. ``replaces`` names the
    receipt that an edit made void.
    """

    id: Id
    amount: Decimal
    capitals: ShortText
    signed_hash: Sha256
    locked: EventTime
    signatures: tuple[Signature, ...]
    proxy: Proxy | None = None
    image_sha256: Sha256 | None = None
    replaces: Id | None = None


class PhotoRef(Model, frozen=True, kw_only=True):
    """A photo by its hashes: ``sha256`` of the stored file, of the original as captured, of the thumbnail.

    ``dhash`` is 64 bits in hex, taken after orientation and before the watermark. ``picked`` says it came
    from the album instead of the camera.
    """

    sha256: Sha256
    original_sha256: Sha256
    thumb_sha256: Sha256
    kind: PhotoKind
    dhash: DHash
    taken: EventTime
    place: Place | None = None
    picked: bool = False


class RuleResult(Model, frozen=True, kw_only=True):
    """What one rule said about one subject (an aid line, a photo, a person, or "" for the whole visit).

    ``message_id`` and ``params`` give the sentence: ``t(message_id, **params)``.
    """

    code: ShortText
    severity: Severity
    outcome: Outcome
    message_id: ShortText
    params: dict[str, str] = msgspec.field(default_factory=dict)
    subject: ShortText = ""


class FieldChange(Model, frozen=True, kw_only=True):
    """A reviewable edit to the file that the visit suggests (S14), such as ``worker.phone``.

    ``before`` is what the phone showed, so that the registry sees whether the file was changed meanwhile;
    ``reason`` is how the cadre knows (domain.file_edits).
    """

    field: ShortText
    before: LongText
    after: LongText
    reason: ShortText = ""


class DeclaredRelative(Model, frozen=True, kw_only=True):
    """A beneficiary who is a relative of staff, declared by the visitors (R20)."""

    aid_id: Id
    staff_name: ShortText
    relation: Relation


class VisitBody(Model, frozen=True, kw_only=True):
    """The body of a sealed visit record. A correction is a new record that names the old one.

    ``household_id`` is None for a visit without a file: then ``org_id`` and, for model workers and front-line
    posts, ``target_group`` say who was visited (R4). ``few_visitors_reason`` answers R9. ``photo_consent``:
    the household was told what the photos are for and agreed (PIPL art. 28).
    """

    campaign_id: Id
    visit_type: VisitType
    visitors: tuple[Visitor, ...]
    started: EventTime
    ended: EventTime
    result: VisitResult
    household_id: Id | None = None
    org_id: Id | None = None
    delegation_id: Id | None = None
    target_group: TargetGroup | None = None
    on_behalf_of: ShortText = ""
    place: Place | None = None
    needs: tuple[Need, ...] = ()
    aid: tuple[AidLine, ...] = ()
    receipt: Receipt | None = None
    photos: tuple[PhotoRef, ...] = ()
    photo_consent: bool = False
    changes: tuple[FieldChange, ...] = ()
    declared_relatives: tuple[DeclaredRelative, ...] = ()
    few_visitors_reason: LongText = ""
    note: LongText = ""
    thoughts: LongText = ""
    next_step: LongText = ""
    rule_results: tuple[RuleResult, ...] = ()

    def __post_init__(self) -> None:
        if self.household_id is None and self.org_id is None:
            raise ValueError("household_id: a visit goes to a household or to an organisation")
        if len({line.id for line in self.aid}) < len(self.aid):
            raise ValueError("aid: two lines have the same id")


class Visit(Model, frozen=True, kw_only=True):
    """A visit record with what surrounds its body; ``received_at`` is the registry's clock."""

    id: Id
    author_id: Id
    device_id: Id
    body: VisitBody
    received_at: UtcTime | None = None


class CoverageTarget(Model, frozen=True, kw_only=True):
    """A household the campaign must reach, and the results of its visits so far, oldest first (S25)."""

    household_id: Id
    results: tuple[VisitResult, ...] = ()
