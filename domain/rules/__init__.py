"""R1–R24 (DOMAIN.md §4): each one a pure function, evaluated on the phone and again in the registry."""

from domain.rules.audit import PublicLine, public_line, r16, r18, r19, r19_phone, r21, r24
from domain.rules.base import (
    DEFAULT_SEVERITY,
    blocks,
    failures,
    for_record,
    judge,
    not_applicable,
    severity_of,
)
from domain.rules.context import OtherPhoto, Phase, VisitContext, same_person
from domain.rules.evidence import r12_photo, r12_place
from domain.rules.files import (
    category_for,
    keep_until,
    monthly_per_capita,
    r15,
    r17,
    r22,
    r23,
    recheck_sample,
)
from domain.rules.money_gates import r1, r2, r3, r4, r5, r6
from domain.rules.people import needs_full_check, r7, r8_account, r8_identity, r13, r14, r20, review_reason
from domain.rules.signing import proxy_follow_up_due, r9, r10, r11
from domain.rules.visit import evaluate

__all__ = [
    "DEFAULT_SEVERITY",
    "OtherPhoto",
    "Phase",
    "PublicLine",
    "VisitContext",
    "blocks",
    "category_for",
    "evaluate",
    "failures",
    "for_record",
    "judge",
    "keep_until",
    "monthly_per_capita",
    "needs_full_check",
    "not_applicable",
    "proxy_follow_up_due",
    "public_line",
    "r1",
    "r2",
    "r3",
    "r4",
    "r5",
    "r6",
    "r7",
    "r8_account",
    "r8_identity",
    "r9",
    "r10",
    "r11",
    "r12_photo",
    "r12_place",
    "r13",
    "r14",
    "r15",
    "r16",
    "r17",
    "r18",
    "r19",
    "r19_phone",
    "r20",
    "r21",
    "r22",
    "r23",
    "r24",
    "recheck_sample",
    "review_reason",
    "same_person",
    "severity_of",
]
