"""The registry's clock and how it is written."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Aware UTC, whole milliseconds: what is stored is what was signed."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def wire(moment: datetime) -> str:
    """RFC 3339 with Z: ``2026-11-21T08:00:00.123Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
