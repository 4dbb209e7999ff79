"""The draft of one visit: everything touched so far, kept in the store at every touch (ADR 0007).

A draft is plain and forgiving, texts as they were typed; ``app.actions.visit_body`` turns it into the strict
domain VisitBody when the visit is finished.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Step = Literal["meet", "photos", "needs", "aid", "sign", "finish"]
PlaceState = Literal["waiting", "found", "denied", "off", "timeout"]
AidChoice = Literal["", "give", "none"]
SignMethod = Literal["pen", "fingerprint"]
Strokes = list[list[list[int]]]
"""Pen strokes: each a list of [x, y] in the pad's own whole units."""


class PlaceDraft(msgspec.Struct, kw_only=True):
    """Where the visit is. Coordinates are WGS-84 text with six decimals (about 10 cm); accuracy in metres."""

    state: PlaceState = "waiting"
    latitude: str = ""
    longitude: str = ""
    accuracy_m: int = 0
    mocked: bool = False


class VisitorDraft(msgspec.Struct, kw_only=True):
    """A colleague by ``user_id``, or somebody outside the union's list by name alone."""

    name: str
    user_id: str | None = None


class PhotoDraft(msgspec.Struct, kw_only=True):
    """A photo on the shelf under ``sha256``; ``thumbnail_sha256`` is on the shelf too."""

    sha256: str
    original_sha256: str
    thumbnail_sha256: str
    dhash: str
    kind: str
    width: int
    height: int
    size: int
    thumbnail_size: int
    event_time: dict[str, Any]
    source: Literal["camera", "album"]
    code: str
    """The short code burnt into the picture."""
    place: PlaceDraft = msgspec.field(default_factory=PlaceDraft)


class NeedDraft(msgspec.Struct, kw_only=True):
    """``severity`` None: not asked yet; 0: asked, no need."""

    severity: int | None = None
    wish: str = ""


class AidDraft(msgspec.Struct, kw_only=True):
    """One aid line as it was typed; ``reasons`` answers warnings by rule code."""

    id: str
    form: str = ""
    source: str = ""
    type: str = ""
    amount: str = ""
    item: str = ""
    quantity: str = ""
    unit: str = ""
    beneficiary: str = ""
    """The id of the household's person; empty: the worker."""
    reasons: dict[str, str] = {}


class SignatureDraft(msgspec.Struct, kw_only=True):
    """One finished signature. ``receipt_hash`` is what was signed: another text, another signature (R10)."""

    name: str
    method: SignMethod
    strokes: Strokes
    width: int
    height: int
    image_sha256: str
    image_size: int
    receipt_hash: str
    event_time: dict[str, Any]
    user_id: str | None = None


class ProxyDraft(msgspec.Struct, kw_only=True):
    """Somebody else signs for the recipient (R11); ``id_number`` as typed."""

    on: bool = False
    name: str = ""
    relation: str = ""
    id_number: str = ""
    phone: str = ""
    reason: str = ""


class ReceiptDraft(msgspec.Struct, kw_only=True):
    """The locked receipt: nothing that ``hash`` covers may change without voiding it (R10)."""

    id: str
    hash: str
    amount: str
    capitals: str
    locked: dict[str, Any]
    replaces: str | None = None
    """The signed receipt that an edit made void."""


class EditDraft(msgspec.Struct, kw_only=True):
    """A fact of the file as it should be; ``before`` is what the file said when the cadre began to type."""

    before: str
    after: str


class Draft(msgspec.Struct, kw_only=True):
    """One visit under way. ``step`` and ``field`` say where the person last was."""

    id: str
    household: str
    household_number: str
    household_name: str
    campaign: str
    author: str
    author_name: str
    started: dict[str, Any]
    changed_at: str
    step: Step = "meet"
    field: str = ""
    place: PlaceDraft = msgspec.field(default_factory=PlaceDraft)
    visitors: list[VisitorDraft] = []
    solo_reason: str = ""
    result: str = ""
    result_note: str = ""
    photos: list[PhotoDraft] = []
    photo_consent: bool = False
    needs: dict[str, NeedDraft] = {}
    aid_choice: AidChoice = ""
    aids: list[AidDraft] = []
    aid_on_behalf_of: str = ""
    receipt: ReceiptDraft | None = None
    voided: str | None = None
    """The last receipt that was signed and then voided: the next one replaces it."""
    proxy: ProxyDraft = msgspec.field(default_factory=ProxyDraft)
    pad_of: str = ""
    """Whose pad it is: "recipient", or the place of a visitor."""
    pad: Strokes = []
    """Strokes of the signature now on the pad, kept after each stroke."""
    recipient: SignatureDraft | None = None
    handlers: list[SignatureDraft] = []
    thoughts: str = ""
    next_step: str = ""
    edits: dict[str, EditDraft] = {}
    """Corrections of the household's file, by field (domain.file_edits)."""
    edit_reason: str = ""
    reasons: dict[str, str] = {}
    """Reasons for warnings that belong to the whole visit, by rule code."""


def decode(doc: dict[str, Any]) -> Draft:
    """A stored document → draft; unknown fields of a newer app are ignored."""
    return msgspec.convert(doc, Draft)


def encode(draft: Draft) -> dict[str, Any]:
    """Draft → plain JSON values for the store."""
    doc: dict[str, Any] = msgspec.to_builtins(draft)
    return doc
