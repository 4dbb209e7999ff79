"""Every code list of DOMAIN.md §5: the words both ends use on the wire and in the database.

A value never changes its meaning. A retired value stays here as a comment, so that nobody gives its name
to something else. The Chinese label of a value is the catalogue entry ``label_key(value)``.
"""

from __future__ import annotations

import re
from enum import Enum

from domain.codes.ethnic_groups import EthnicGroup
from domain.codes.household import (
    ActivationStep,
    AttachmentKind,
    Category,
    Cause,
    ExpenseKind,
    FileLevel,
    FileStatus,
    Housing,
    IncomeKind,
    LegacyCategory,
    TargetGroup,
)
from domain.codes.money import AidForm, AidStatus, AidType, FundSource, SignatureKind, SignerKind
from domain.codes.office import (
    CaseChannel,
    CaseKind,
    CaseState,
    FollowUpKind,
    MeasureOutcome,
    Outcome,
    Severity,
)
from domain.codes.orgs import REVIEWERS, LeaderOrgan, OrgType, Role
from domain.codes.people import (
    Disability,
    Health,
    Insurance,
    LifeState,
    MemberState,
    Relation,
    Sex,
    WorkState,
)
from domain.codes.visit import NeedKind, NeedSeverity, PhotoKind, UnreachedReason, VisitResult, VisitType

__all__ = [
    "REVIEWERS",
    "ActivationStep",
    "AidForm",
    "AidStatus",
    "AidType",
    "AttachmentKind",
    "CaseChannel",
    "CaseKind",
    "CaseState",
    "Category",
    "Cause",
    "Disability",
    "EthnicGroup",
    "ExpenseKind",
    "FileLevel",
    "FileStatus",
    "FollowUpKind",
    "FundSource",
    "Health",
    "Housing",
    "IncomeKind",
    "Insurance",
    "LeaderOrgan",
    "LegacyCategory",
    "LifeState",
    "MeasureOutcome",
    "MemberState",
    "NeedKind",
    "NeedSeverity",
    "OrgType",
    "Outcome",
    "PhotoKind",
    "Relation",
    "Role",
    "Severity",
    "Sex",
    "SignatureKind",
    "SignerKind",
    "TargetGroup",
    "UnreachedReason",
    "VisitResult",
    "VisitType",
    "WorkState",
    "label_key",
]


def label_key(value: Enum) -> str:
    """The msgid of a value's label: ``FundSource.DONATION`` → ``code.fund_source.donation``."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(value).__name__).lower()
    return f"code.{words}.{value.value}"
