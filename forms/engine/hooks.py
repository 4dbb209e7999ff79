"""What a session needs from outside: the time, chance, and who fills the form."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Hooks:
    """``now``: aware time. ``random``, ``uuid``: called with a key naming the question and the place in its
    expression. ``properties``: deviceid, username, email, phonenumber. ``zone``: local time of the person."""

    now: Callable[[], datetime]
    random: Callable[[str], float]
    uuid: Callable[[str], str]
    zone: tzinfo = _CHINA
    properties: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def live(cls, properties: Mapping[str, str] | None = None, zone: tzinfo = _CHINA) -> Hooks:
        """The device's clock and real chance."""
        chance = random.SystemRandom()
        return cls(
            now=lambda: datetime.now(UTC),
            random=lambda key: chance.random(),
            uuid=lambda key: str(uuid.uuid4()),
            zone=zone,
            properties=properties or {},
        )

    @classmethod
    def fixed(cls, now: datetime, seed: str = "", properties: Mapping[str, str] | None = None) -> Hooks:
        """The same answers give the same sealed instance, byte for byte."""

        def number(key: str) -> int:
            return int.from_bytes(hashlib.sha256(f"{seed}|{key}".encode()).digest()[:16])

        return cls(
            now=lambda: now,
            random=lambda key: (number(key) >> 75) / 2**53,
            uuid=lambda key: str(uuid.UUID(int=number(key), version=4)),
            properties=properties or {},
        )
