"""What an administrator is told about a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (or, ``level`` warning, doubtful). ``row``: as Excel counts, 0 for the sheet.

    The sentence is msgid ``forms.refusal.<code>`` with ``name`` (the question) and ``reason`` (the detail).
    """

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    name: str = ""
    reason: str = ""
    level: str = "error"

    @property
    def msgid(self) -> str:
        return f"forms.refusal.{self.code}"

    @property
    def params(self) -> dict[str, str]:
        return {"name": self.name, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``xform`` is "" unless ``ok``. ``files``: csv files the form wants beside it."""

    findings: tuple[Finding, ...] = ()
    xform: str = ""
    form_id: str = ""
    version: str = ""
    title: str = ""
    languages: tuple[str, ...] = ()
    questions: int = 0
    files: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.xform != ""
