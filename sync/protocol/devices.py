"""Wire version 1, phones as an administrator sees them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One phone. ``records``: how many of its records are held without a gap."""

    id: str
    user_id: str
    user_name: str
    name: str
    app_version: str
    enrolled_at: str
    revoked_at: str | None
    wipe_asked_at: str | None
    wiped_at: str | None
    records: int


class DevicePage(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/devices, the newest first."""

    rows: list[DeviceRow]


class DeviceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/devices/{id}/revoke and /wipe; the reason goes into the audit trail. Answer: DeviceRow."""

    reason: Annotated[str, Meta(min_length=2, max_length=500)]
