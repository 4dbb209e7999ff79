"""The log of protocol versions. A number is added here before anything on the wire changes.

| version | date       | what and why |
|---------|------------|--------------|
| 1       | 2026-11-21 | first: enrolment, token, records, media (tus 1.0.0), changes, checkpoints |
"""

MIN = 1
MAX = 1

HEADER = "NuanFang-Protocol"
"""Every request names the version it speaks; an answer names the registry's MIN-MAX."""


def supported(version: int) -> bool:
    """True when this end can speak ``version``."""
    return MIN <= version <= MAX
