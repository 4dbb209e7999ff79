"""What can go wrong on the road.

WireError
├── UnreachableError  no answer came: no network, time ran out, or somebody else answered (a captive portal)
├── AnswerError       an answer came that we must not believe: unreadable, not ours, or wrongly signed
├── RefusedError      the registry answered with a problem (its code, RFC 9457)
│   └── LoginError    the token or the device is not accepted; the work stays on the phone
└── LocalError        the phone itself cannot do it: a photo's bytes are missing or damaged

``retry`` is True when the same bytes may succeed later without a person. Codes on the phone's side
stand in ``PHONE_CODES``; all others come from ``sync.protocol.problems``.
"""

from __future__ import annotations

from domain.errors import NuanFangError
from sync.protocol.problems import PROBLEMS

TOO_OLD = "protocol_unsupported"
"""This app's version of the wire is no longer spoken: no fault of an item or a login, an update cures it."""
GONE = "media_missing"
"""Of an attachment whose bytes are not on this phone (app.actions.media_bytes): it cannot be handed over."""
PHONE_CODES: dict[str, tuple[str, bool]] = {
    "network_unreachable": ("No connection could be made", True),
    "network_broken": ("The connection broke before the answer", True),
    "network_timeout": ("No answer within the time allowed", True),
    "network_certificate": (
        "The server's certificate does not hold here: perhaps this phone's date is wrong",
        True,
    ),
    "answer_unreadable": ("The answer is not the registry's: perhaps a captive portal", True),
    "answer_mismatch": ("The answer does not echo the id and hash that were sent", True),
    "registry_signature_invalid": ("The registry's signature on the answer is not valid", True),
    "registry_changed": (
        "Another registry answers at this address; this phone holds work for the first",
        False,
    ),
    "http_error": ("The registry, or something before it, answered with a bare HTTP error", True),
    "not_enrolled": ("This phone is not enrolled", False),
    "record_missing": ("The bytes of a record are not on this phone", False),
    GONE: ("The bytes of an attachment are not on this phone", False),
    "media_unreadable": ("The storage cannot read an attachment at this moment", True),
    "media_damaged": ("The bytes of an attachment no longer have their hash", False),
    "disk_full": ("No room on this phone to note what arrived", True),
    "sync_failed": ("An unexpected fault while sending; the work is kept", True),
}
"""Code → (English title, whether trying again can help)."""


def retryable(code: str) -> bool:
    """Whether the same bytes may succeed later without a person; False for a code nobody knows."""
    if code in PHONE_CODES:
        return PHONE_CODES[code][1]
    return code in PROBLEMS and PROBLEMS[code].retry


class WireError(NuanFangError):
    """Base: ``retry`` tells retryable from permanent; ``after_s`` is the registry's Retry-After, if any."""

    code = "network_unreachable"

    def __init__(
        self,
        code: str | None = None,
        *,
        retry: bool | None = None,
        status: int | None = None,
        after_s: float | None = None,
        **details: object,
    ) -> None:
        super().__init__(code, **details)
        self.retry = PHONE_CODES.get(self.code, ("", True))[1] if retry is None else retry
        self.status = status
        self.after_s = after_s


class UnreachableError(WireError):
    """No answer came from the registry."""


class AnswerError(WireError):
    """An answer came that must not be believed."""

    code = "answer_unreadable"


class RefusedError(WireError):
    """The registry said no; ``code`` is its problem code, ``status`` the HTTP status."""

    code = "http_error"


class LoginError(RefusedError):
    """The device has to be enrolled again; nothing on the phone is touched."""

    code = "token_invalid"


class LocalError(WireError):
    """The phone itself cannot send this."""

    code = GONE
