"""The log of protocol versions. A number is added here before anything on the wire changes.

| version | date       | what and why |
|---------|------------|--------------|
| 1       | 2026-11-21 | first: enrolment, token, records, media (tus 1.0.0), changes, checkpoints |

Optional fields, which those who do not know them ignore, need no number: 2026-11-22 ``sent`` of a batch,
``server_sig`` and ``server_device_time`` of a record's event time (ADR 0019).
"""

MIN = 1
MAX = 1

HEADER = "NuanFang-Protocol"
"""Every request names the version it speaks; an answer names the registry's MIN-MAX."""


TAKEN_FROM = 1
"""From a phone that speaks this or newer the registry takes work for ever, also when it no longer speaks that
version for anything else: records are sealed texts, files are bytes. Not raised while such phones exist."""
HAND_OVER = ("/v1/health", "/v1/token", "/v1/records", "/v1/media")


def supported(version: int) -> bool:
    """True when this end can speak ``version``."""
    return MIN <= version <= MAX


def served(version: int, path: str) -> bool:
    """True when the registry answers this request: a phone that is too old may still hand over its work."""
    old = TAKEN_FROM <= version < MIN
    return supported(version) or (old and any(path == one or path.startswith(one + "/") for one in HAND_OVER))
