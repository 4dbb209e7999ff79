"""Facts of a household's file that a visit may correct, and what becomes of a correction (S14, ADR 0017).

A correction names a field, the value that was seen (``before``) and the new one (``after``), all as text. How
to reach a family is put right at once; what the family's hardship is judged by, and a phone number that a
call-back would ask in vain (R19), waits for a person. When the file says something else than was seen, both
values are kept and a person decides.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from domain.codes import Role
from domain.errors import InputError
from domain.identity import check_phone
from domain.models.household import HouseholdFile

EditState = Literal["applied", "waiting", "conflict", "declined", "withdrawn"]
"""applied: the file says so now; waiting: for a person's yes; conflict: the file had been changed meanwhile;
declined: a person kept or chose another value; withdrawn: a later record of the author took its place."""
OPEN: tuple[EditState, ...] = ("waiting", "conflict")
EDITORS = frozenset({Role.REVIEWER, Role.ADMIN})
"""Who decides; others read: whoever audits a file does not write in it (S9)."""

PHONES = frozenset({"phone"})
AT_ONCE = frozenset({"worker.phone", "address.village", "address.detail", "address.door", "members.phone"})
"""How to reach the family."""
ASKED = frozenset(
    {
        "address.town",
        "housing",
        "worker.employer",
        "worker.work_state",
        "members.school_or_employer",
        "members.state",
        "members.life",
    }
)
"""What its hardship is judged by. Names, ID numbers, accounts and money are not corrected by a visit: they
need papers (R15)."""
MAY_BE_EMPTY = frozenset({"worker.phone", "members.phone", "address.door", "worker.employer"})


class Verdict(NamedTuple):
    """What becomes of a correction. ``flags``: why it waits: unknown_field, invalid, out_of_scope, R19."""

    state: EditState
    flags: tuple[str, ...] = ()


def kind_of(field: str) -> str:
    """``members.<person id>.phone`` → ``members.phone``; any other field is its own kind."""
    parts = field.split(".")
    return f"members.{parts[2]}" if len(parts) == 3 and parts[0] == "members" else field


def is_phone(field: str) -> bool:
    """Whether the field holds a telephone number."""
    return field.rsplit(".", 1)[-1] in PHONES


def present(file: Mapping[str, Any], field: str) -> str | None:
    """What the file (as a document) says there now; None for a field or person that it does not have."""
    if kind_of(field) not in AT_ONCE | ASKED:
        return None
    place, name = _place(file, field)
    return None if place is None else str(place.get(name) or "")


def tidy(field: str, text: str) -> str:
    """The value as the file keeps it. Raises InputError: phone_invalid, edit_empty, edit_invalid."""
    words = " ".join(text.replace("\0", "").split())
    if not words:
        if kind_of(field) in MAY_BE_EMPTY:
            return ""
        raise InputError("edit_empty", field=field)
    return check_phone(words, allow_sample=True) if is_phone(field) else words


def corrected(file: Mapping[str, Any], field: str, text: str) -> dict[str, Any]:
    """The document with that value; the one given is not touched.

    Raises InputError: edit_unknown (no such field or person), edit_empty, phone_invalid, edit_invalid (a code
    that is none, a text too long).
    """
    if present(file, field) is None:
        raise InputError("edit_unknown", field=field)
    value, fresh = tidy(field, text), copy.deepcopy(dict(file))
    place, name = _place(fresh, field)
    assert place is not None
    place[name] = value
    try:
        msgspec.convert(fresh, HouseholdFile)
    except msgspec.ValidationError as error:
        raise InputError("edit_invalid", field=field) from error
    return fresh


def judge(
    file: Mapping[str, Any], field: str, before: str, after: str, *, trusted: bool, shared: bool
) -> Verdict:
    """``trusted``: the household is the author's and the device in good standing; ``shared``: the new phone
    number is a colleague's or another household's (R19)."""
    now = present(file, field)
    if now is None:
        return Verdict("waiting", ("unknown_field",))
    try:
        corrected(file, field, after)
    except InputError:
        return Verdict("waiting" if before.strip() == now else "conflict", ("invalid",))
    if tidy(field, after) == now:
        return Verdict("applied")
    flags = (*(() if trusted else ("out_of_scope",)), *(("R19",) if shared else ()))
    if before.strip() != now.strip():
        return Verdict("conflict", flags)
    return Verdict("waiting" if flags or kind_of(field) in ASKED else "applied", flags)


def _place(file: Mapping[str, Any], field: str) -> tuple[dict[str, Any] | None, str]:
    """The object that holds the field, and the field's name in it."""
    *above, name = field.split(".")
    if above[:1] == ["members"]:
        if len(above) != 2:
            return None, name
        people = file.get("members") or ()
        return next((one for one in people if one.get("id") == above[1]), None), name
    place: Any = file
    for part in above:
        place = place.get(part)
        if not isinstance(place, dict):
            return None, name
    return place, name
