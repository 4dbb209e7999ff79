"""How a thing is marked: always a sign and words. Plain Python; app/views/office/signs.py draws it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.actions.office_reveal_field import Hidden
from app.lang import has_text, t


class Mark(Enum):
    """Four meanings, and nothing else gets a colour in these screens."""

    GOOD = "good"
    """Checked, and in order."""
    LOOK = "look"
    """A person should look at it."""
    BAD = "bad"
    """Evidence that does not hold."""
    PLAIN = "plain"
    """A fact, or something nobody can know yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One marked sentence; ``hint`` is quieter and may be empty."""

    mark: Mark
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """What the registry noticed about a record, as a chip."""

    code: str
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Masked:
    """Something shown masked: its name in words, and what to ask for to see it."""

    label: str
    hidden: Hidden


_BROKEN = frozenset(
    {
        "hash_mismatch",
        "bad_signature",
        "id_mismatch",
        "foreign_device",
        "foreign_author",
        "chain_broken",
        "certificate_invalid",
        "device_revoked",
        "id_reused",
        "seq_reused",
        "conflict",
        "signed_time",
        "bad_body",
        "R8",
        "R10",
        "R14",
    }
)
_QUIET = frozenset({"photos_missing", "media_incomplete", "chain_gap", "prev_missing"})


def flag(code: str) -> Flag:
    """A code's chip; a code this edition does not know is shown as it is rather than hidden."""
    text = t(f"office.flag.{code}") if has_text(f"office.flag.{code}") else code
    mark = Mark.BAD if code in _BROKEN else Mark.PLAIN if code in _QUIET else Mark.LOOK
    return Flag(code, mark, text)


def flags(codes: list[str]) -> tuple[Flag, ...]:
    """The gravest first, each once."""
    ranked = {Mark.BAD: 0, Mark.LOOK: 1, Mark.GOOD: 2, Mark.PLAIN: 3}
    return tuple(sorted((flag(code) for code in dict.fromkeys(codes)), key=lambda one: ranked[one.mark]))
