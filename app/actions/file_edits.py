"""Corrections of a file in a visit's draft, as the page shows them and as they are sealed (S14)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from app.actions.visit_draft import Draft
from domain.errors import InputError
from domain.file_edits import is_phone, present, tidy
from domain.models import FieldChange, HouseholdFile

FIELDS = ("worker.phone", "address.village", "address.detail", "address.door")
"""What a cadre puts right at the door: how to reach the family."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as the correcting page shows it. ``now``: what the file says on this phone; ``seen``: what it
    said when the cadre began to type; ``typed`` None: untouched."""

    field: str
    now: str
    seen: str
    typed: str | None = None

    @property
    def moved(self) -> bool:
        """The office has changed the file since: both values will be kept, and a person decides."""
        return self.typed is not None and self.now not in (self.seen, kept(self.field, self.typed))

    @property
    def problem(self) -> str:
        """Why this cannot stand in the file (a code of errors), or empty."""
        if self.typed is None:
            return ""
        try:
            tidy(self.field, self.typed)
        except InputError as error:
            return error.code
        return ""


def facts(draft: Draft, file: HouseholdFile) -> list[Fact]:
    """The facts that can be corrected, in the order of the page."""
    found = []
    for field in FIELDS:
        now, edit = value_in(file, field) or "", draft.edits.get(field)
        found.append(Fact(field, now, edit.before, edit.after) if edit else Fact(field, now, now))
    return found


def file_changes(draft: Draft) -> tuple[FieldChange, ...]:
    """As they are sealed."""
    reason = draft.edit_reason.strip()
    return tuple(
        FieldChange(field=field, before=edit.before, after=kept(field, edit.after), reason=reason)
        for field, edit in sorted(draft.edits.items())
    )


def odd_phones(draft: Draft) -> bool:
    """Whether a number was typed that is none: it can be sealed, and a person will have to ask again."""
    return any(
        is_phone(field) and Fact(field, "", "", edit.after).problem for field, edit in draft.edits.items()
    )


def value_in(file: HouseholdFile, field: str) -> str | None:
    """What the file on this phone says."""
    return present(msgspec.to_builtins(file), field)


def kept(field: str, text: str) -> str:
    """As the file would keep it; what cannot stand there, as it was typed."""
    try:
        return tidy(field, text)
    except InputError:
        return text.strip()
