"""Wire version 1, corrections of household files (S14, ADR 0017): what the office reads and decides.

Up they travel as ``changes`` in the body of a visit (domain.models.FieldChange); down as ``edits`` in the
documents of the kinds household (the open ones) and feedback (each one's state). Older phones ignore both.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from domain.file_edits import EditState

Reason = Annotated[str, Meta(min_length=2, max_length=500)]
EditValue = Annotated[str, Meta(max_length=200)]


class EditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One correction of one field, with both values; masked as the reader's role demands.

    ``present``: what the file says now, set by ``present_by`` at ``present_at`` (both None: as it was first
    filed). ``version`` is the file's: a decision names it. ``record_id``: the visit, None for an edit made in
    the office. ``chosen``: keep, take or other, once a person has decided.
    """

    id: str
    household_id: str
    household_number: str
    household_name: str
    field: str
    before: str
    after: str
    present: str
    state: EditState
    flags: list[str]
    source: Literal["field", "office"]
    author_name: str
    received_at: str
    version: int
    reason: str = ""
    record_id: str | None = None
    present_by: str | None = None
    present_at: str | None = None
    chosen: str = ""
    settled_by: str | None = None
    settled_at: str | None = None
    settled_why: str = ""


class EditPage(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/edits, newest first; ``total`` of what was asked for."""

    rows: list[EditRow]
    next: str | None
    total: int


class FileAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/households/{id}: the file (masked), its version, its newest corrections."""

    household: dict[str, Any]
    version: int
    edits: list[EditRow]


class FileEditRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/households/{id}/edits: the office corrects one field. ``version`` as last read: when the file
    was changed meanwhile, the answer is the problem ``file_changed`` and nothing happens. Answer: EditRow."""

    field: Annotated[str, Meta(min_length=1, max_length=200)]
    value: EditValue
    reason: Reason
    version: int


class SettleRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/edits/{id}/settle: keep the file's value, take the visit's, or write another.
    Answer: EditRow."""

    choice: Literal["keep", "take", "other"]
    version: int
    value: EditValue = ""
    reason: Annotated[str, Meta(max_length=500)] = ""
