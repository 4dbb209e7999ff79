"""What Chinese input methods do to digits and letters."""

from __future__ import annotations

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Full-width digits, letters, signs and spaces as plain ones; nothing else changes (``1²`` stays)."""
    return text if text.isascii() else text.translate(_HALF)
