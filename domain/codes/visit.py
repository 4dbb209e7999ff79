"""Code lists of a visit."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class VisitType(StrEnum):
    HOME = "home"
    ENTERPRISE = "enterprise"
    UNION = "union"
    CENTRE = "centre"
    SITE = "site"


class VisitResult(StrEnum):
    MET = "met"
    ABSENT = "absent"
    MOVED = "moved"
    DECEASED = "deceased"
    REFUSED = "refused"


class UnreachedReason(StrEnum):
    """Why a household does not count as reached (S25); the last visit's result, or nobody came."""

    NOT_VISITED = "not_visited"
    ABSENT = "absent"
    MOVED = "moved"
    DECEASED = "deceased"
    REFUSED = "refused"


class PhotoKind(StrEnum):
    SCENE = "scene"
    DOORPLATE = "doorplate"
    GOODS = "goods"
    DOCUMENT = "document"
    RECEIPT = "receipt"


class NeedKind(StrEnum):
    """医 房 学 业 保 (S18), and three more."""

    MEDICAL = "medical"
    HOUSING = "housing"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    SECURITY = "security"
    LEGAL = "legal"
    PSYCHOLOGICAL = "psychological"
    LIVING = "living"


class NeedSeverity(IntEnum):
    NONE = 0
    SOME = 1
    SERIOUS = 2
    URGENT = 3
