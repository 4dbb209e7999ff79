"""All rules that look at one visit, in their order: before signing on the phone, again in the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.models import RuleResult
from domain.rules import evidence, files, money_gates, people, signing
from domain.rules.context import VisitContext


def evaluate(context: VisitContext) -> list[RuleResult]:
    """One answer per rule and subject, by rule number, then in the order of the visit's lines and photos."""
    return [result for rule in _VISIT_RULES for result in rule(context)]


def _r1(context: VisitContext) -> Iterator[RuleResult]:
    return (money_gates.r1(line, context.rules) for line in context.visit.aid)


def _r2(context: VisitContext) -> Iterator[RuleResult]:
    return (money_gates.r2(line, context.rules) for line in context.visit.aid)


def _r3(context: VisitContext) -> Iterator[RuleResult]:
    return (money_gates.r3(line, context) for line in context.visit.aid)


def _r4(context: VisitContext) -> Iterator[RuleResult]:
    return (money_gates.r4(line, context) for line in context.visit.aid)


def _r5(context: VisitContext) -> Iterator[RuleResult]:
    return (money_gates.r5(line, context) for line in context.visit.aid)


def _r6(context: VisitContext) -> Iterator[RuleResult]:
    return (money_gates.r6(line, context) for line in context.visit.aid)


def _r8(context: VisitContext) -> Iterator[RuleResult]:
    for line in context.visit.aid:
        yield people.r8_identity(line.beneficiary, context.day, context.rules, line.id)
        yield people.r8_account(line, context.rules)


def _r9(context: VisitContext) -> Iterator[RuleResult]:
    yield signing.r9(context)


def _r10(context: VisitContext) -> Iterator[RuleResult]:
    yield signing.r10(context)


def _r11(context: VisitContext) -> Iterator[RuleResult]:
    yield signing.r11(context)


def _r12(context: VisitContext) -> Iterator[RuleResult]:
    others = [one for one in context.other_photos if one.household_id != context.visit.household_id]
    for photo in context.visit.photos:
        yield evidence.r12_photo(photo, others, context.rules)
    yield evidence.r12_place(context)


def _r13(context: VisitContext) -> Iterator[RuleResult]:
    return (people.r13(line, context) for line in context.visit.aid)


def _r14(context: VisitContext) -> Iterator[RuleResult]:
    return (people.r14(line, context) for line in context.visit.aid)


def _r20(context: VisitContext) -> Iterator[RuleResult]:
    return (people.r20(line, context) for line in context.visit.aid)


def _r22(context: VisitContext) -> Iterator[RuleResult]:
    if context.household is not None and context.visit.aid:
        yield files.r22(context.household, context.rules)


_VISIT_RULES: tuple[Callable[[VisitContext], Iterator[RuleResult]], ...] = (
    _r1,
    _r2,
    _r3,
    _r4,
    _r5,
    _r6,
    _r8,
    _r9,
    _r10,
    _r11,
    _r12,
    _r13,
    _r14,
    _r20,
    _r22,
)
