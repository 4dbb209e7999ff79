"""Wire version 1: every request and answer, one definition for both ends. JSON; unknown fields are ignored.

Times are RFC 3339 UTC strings ending in Z, money is a string of yuan with two decimals, ids are UUIDv7.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from domain.event_time import Sent
from sync.protocol.keys import KeyStep
from sync.protocol.records import Sealed
from sync.protocol.supervision import Review

MAX_RECORDS = 200
"""Most records in one batch."""
MAX_BATCH_BYTES = 2 * 1024 * 1024
"""Most bytes of one batch, after decompression."""
MAX_MEDIA_BYTES = 20 * 1024 * 1024
"""Most bytes of one attachment."""


HAND_OVER = "hand_over"
"""Scope of a token with which a revoked device may send sealed records and their files, and nothing else."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem details; ``code`` is stable and comes from sync.protocol.problems."""

    code: str
    title: str
    status: int
    type: str = "about:blank"
    detail: str | None = None
    instance: str | None = None
    params: dict[str, Any] = {}


# --- enrolment and tokens -------------------------------------------------------------------------


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/enrol. ``code`` is shown once to a person; ``proof`` is the device key's Ed25519 signature
    (base64url) over the UTF-8 bytes of ``"nuanfang-enrol:" + code + ":" + device_id``."""

    code: str
    device_id: str
    public_key: str
    proof: str
    device_name: str = ""
    app_version: str = ""


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The person this device is certified for."""

    user_id: str
    name: str
    role: str
    org_id: str
    org_name: str
    county: str
    delegation_id: str | None = None
    roles: list[str] = []
    """All of them, ``role`` first; empty from an older registry, which told only that one."""


class SignedTime(msgspec.Struct, frozen=True, kw_only=True):
    """``server_time`` to the millisecond; ``sig``: registry's Ed25519 over ``time_bytes``."""

    server_time: str
    sig: str


def time_bytes(device_id: str, server_time: str) -> bytes:
    """What the registry signs of its time: ``"nuanfang-time:" + device_id + ":" + server_time`` in UTF-8."""
    return f"nuanfang-time:{device_id}:{server_time}".encode()


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """``sig``: registry's Ed25519 over the canonical JSON of the other fields."""

    device_id: str
    user_id: str
    county: str
    public_key: str
    issued_at: str
    sig: str


class EnrolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    me: Me
    certificate: Certificate
    registry_key: str
    """The registry's first key: the phone pins it."""
    time: SignedTime
    key_steps: list[KeyStep] = []
    """From there to the one that signs today."""


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/token (RFC 7523). ``assertion``: compact JWS, alg EdDSA, claims iss = sub = device_id,
    aud = "nuanfang-registry", iat, exp ≤ iat + 300 s, jti unique. A wrong device clock is allowed for:
    the registry judges ``exp - iat`` and the freshness of ``jti``, and tells its own time in the answer."""

    assertion: str
    grant_type: str = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    scope: str = ""
    """"" for everything this person may do, or HAND_OVER."""


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str
    expires_in: int
    me: Me
    time: SignedTime
    token_type: str = "Bearer"  # noqa: S105
    scope: str = ""
    wipe: bool = False
    """With HAND_OVER: the office wants everything on this phone forgotten, once its work is handed over."""
    key_steps: list[KeyStep] = []
    """All of the registry's keys after its first, with those that will sign soon."""


# --- records up ------------------------------------------------------------------------------------


class RecordBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /v1/records, ``Content-Encoding: gzip`` or ``zstd`` allowed. The registry decodes each item on its
    own: one that does not decode as Sealed is quarantined and the others go on."""

    records: list[Sealed]
    sent: Sent | None = None
    """The phone's monotonic clock at this sending, new with each: it dates records that come late (ADR 0019).
    One that cannot be read counts as none."""


ResultState = Literal["accepted", "duplicate", "conflict", "quarantined"]


class RecordResult(msgspec.Struct, frozen=True, kw_only=True):
    """One answer per item, in order. ``id`` and ``hash`` echo what was sent: only then may the phone let go.
    ``missing``: sha256 of attachments the registry does not hold yet. ``problem``: stable code, if any."""

    id: str
    hash: str
    state: ResultState
    problem: str | None = None
    missing: list[str] = []


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Signed by the registry over the canonical JSON of the other fields."""

    device_id: str
    seq: int
    """Highest contiguous seq held."""
    head: str
    """Hash of the record with that seq; 64 zeros when none."""
    server_time: str
    sig: str


class RecordsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    results: list[RecordResult]
    checkpoint: Checkpoint


class MissingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/media/missing: which of these sha256 does the registry not hold?"""

    sha256: list[str]


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """An upload of this device that was cut: its tus URL and how many bytes of it arrived."""

    location: str
    offset: int


class MissingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    missing: list[str]
    begun: dict[str, Begun] = {}
    """sha256 → where to go on, for those of ``missing`` of which a part is here."""


# --- the feed down -----------------------------------------------------------------------------------

ChangeKind = Literal[
    "household",
    "org",
    "user",
    "assignment",
    "delegation",
    "campaign",
    "allocation",
    "form",
    "feedback",
    "proof",
    "coverage",
]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is now so (``doc``), or is gone from this phone's scope (no ``doc``: a tombstone)."""

    kind: ChangeKind
    id: str
    doc: dict[str, Any] | None = None


class ChangesAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GET /v1/changes?since=CURSOR. Apply all and keep ``cursor`` in one write; again while ``more``.

    ``restart``: the registry does not know this cursor (its database was put back to an earlier moment, or a
    standby took over): everything comes again from here on, and what is not named until ``more`` is false is
    no longer so.
    """

    changes: list[Change]
    cursor: str
    more: bool
    time: SignedTime
    restart: bool = False


# --- the supervisor's questions ------------------------------------------------------------------------


class VisitRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a supervisor's queue; names masked as the reader's role demands."""

    id: str
    household_id: str | None
    household_number: str
    household_name: str
    town: str
    author_name: str
    type: str
    result: str
    started_at: str | None
    received_at: str
    aid_total: str
    photos: int
    photos_missing: int
    flags: list[str]
    state: str
    reviewed: bool = False


class VisitPage(msgspec.Struct, frozen=True, kw_only=True):
    """``total``: how many match, counted for the first page; ``over``: there are more than that."""

    rows: list[VisitRow]
    next: str | None
    total: int
    over: bool = False


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One result a supervisor sees: a rule R1…R24 or a check of the chain."""

    code: str
    outcome: Literal["pass", "fail", "not_applicable", "unknown"]
    severity: Literal["block", "warn", "off", "info"]
    message_id: str
    params: dict[str, Any] = {}


class ChainReport(msgspec.Struct, frozen=True, kw_only=True):
    """Computed when asked, from the stored bytes: never a stored verdict."""

    verified: bool
    hash_ok: bool
    signature_ok: bool
    prev_ok: bool | None
    """None: the record before has not arrived."""
    gaps: list[int]
    seq: int
    device_id: str
    certificate_ok: bool


class MediaRef(msgspec.Struct, frozen=True, kw_only=True):
    sha256: str
    kind: str
    size: int | None
    received: bool
    url: str


class VisitDetail(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/visits/{id}: the record with everything a supervisor checks it against."""

    row: VisitRow
    record: Sealed
    head: dict[str, Any]
    household: dict[str, Any] | None
    earliest: str | None
    latest: str
    checks: list[Check]
    chain: ChainReport
    media: list[MediaRef]
    reviews: list[Review] = []
    """Every verdict so far, the oldest first."""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """S25: reached ÷ active files, per organisation."""

    org_id: str
    org_name: str
    active: int
    reached: int
    org_type: str = ""
    """domain.codes.OrgType: the answer holds both trees, and a county contains its towns."""


class CoverageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    campaign_id: str
    rows: list[Coverage]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/ready: may a balancer send requests here?"""

    ready: bool


class Health(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ok", "degraded"]
    version: str
    protocol_min: int
    protocol_max: int
    server_time: str
    database: Literal["ok", "down"]
    media: Literal["ok", "down"]
