"""Wire version 1, the registry's keys: the first one names the registry for ever, each later one is named by
the one before it (docs/adr/0022-keys-in-a-row.md).

A key signs from its ``since`` until the next one's. What is signed says when, so a key that was given up is
believed only about the time in which it was the registry's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from domain.errors import InputError
from sync.protocol.records import unb64

Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, data) → whether this is the key's Ed25519 signature."""
SLACK = timedelta(minutes=5)
"""The clocks of a registry's processes differ, and each hears of a new key within a minute."""
ALWAYS, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class KeyStep(msgspec.Struct, frozen=True, kw_only=True):
    """A new key (base64url of 32 bytes) that signs from ``since`` on.

    ``sig`` by the key before and ``proof`` by the new one, both over ``step_bytes``: the one says that it is
    meant, the other that somebody has it."""

    key: str
    since: str
    sig: str
    proof: str


def step_bytes(before: str, key: str, since: str) -> bytes:
    """What both keys sign: ``"nuanfang-key:" + before + ":" + key + ":" + since`` in UTF-8."""
    return f"nuanfang-key:{before}:{key}:{since}".encode()


class KeyRing:
    """The registry's keys in their order. Raises InputError("bad_base64" | "bad_key_step")."""

    def __init__(self, first: str, steps: Sequence[KeyStep], verify: Verify) -> None:
        self.first, self.steps, self._verify = first, tuple(steps), verify
        self._spans = [(unb64(first), ALWAYS)]
        before = first
        for step in self.steps:
            self._spans.append((unb64(step.key), self._checked(before, step)))
            before = step.key

    def _checked(self, before: str, step: KeyStep) -> datetime:
        since = moment_of(step.since)
        if since is None or since <= self._spans[-1][1] or not self._named(before, step):
            raise InputError("bad_key_step", key=step.key)
        return since

    def _named(self, before: str, step: KeyStep) -> bool:
        data = step_bytes(before, step.key, step.since)
        both = ((before, step.sig), (step.key, step.proof))
        try:
            return all(self._verify(unb64(key), unb64(sig), data) for key, sig in both)
        except InputError:
            return False

    @property
    def keys(self) -> list[bytes]:
        """Oldest first, each 32 bytes."""
        return [key for key, _ in self._spans]

    @property
    def newest(self) -> str:
        """The last key of the row, which may not sign yet."""
        return self.steps[-1].key if self.steps else self.first

    def keys_at(self, at: datetime, late: timedelta = SLACK) -> Iterator[bytes]:
        """Public keys that may have signed something at ``at``, the newest first: one, or two about a change;
        ``late``: how long after it the older one still counts."""
        until = NEVER
        for key, since in reversed(self._spans):
            begun = since == ALWAYS or since - SLACK <= at
            if begun and (until == NEVER or at < until + late):
                yield key
            until = since

    def signed(self, data: bytes, sig: str, at: str) -> bool:
        """Whether the registry signed this at ``at`` (RFC 3339). Malformed input is False."""
        moment = moment_of(at)
        try:
            signature = unb64(sig)
        except InputError:
            return False
        return moment is not None and any(self._verify(key, signature, data) for key in self.keys_at(moment))


def one_row(known: Sequence[KeyStep], told: Sequence[KeyStep]) -> bool:
    """Whether both name the same keys, as far as both go."""
    return all(mine.key == theirs.key for mine, theirs in zip(known, told, strict=False))


def moment_of(text: str) -> datetime | None:
    """RFC 3339; None when it is not, or says no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
