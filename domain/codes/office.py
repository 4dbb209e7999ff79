"""Code lists of what follows a visit, and of rules."""

from __future__ import annotations

from enum import StrEnum


class MeasureOutcome(StrEnum):
    PLANNED = "planned"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"


class CaseChannel(StrEnum):
    VISIT = "visit"
    HOTLINE = "12351"
    CENTRE = "centre"


class CaseKind(StrEnum):
    ENQUIRY = "enquiry"
    AID = "aid"
    PETITION = "petition"
    LEGAL_AID = "legal_aid"
    SUGGESTION = "suggestion"


class CaseState(StrEnum):
    OPEN = "open"
    DOING = "doing"
    ESCALATED = "escalated"
    CLOSED = "closed"


class FollowUpKind(StrEnum):
    CALL = "call"
    REVISIT = "revisit"
    SAMPLE = "sample"


class Severity(StrEnum):
    """What a failed rule does on the phone, set per campaign. The registry only ever flags."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105  an outcome, no password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
