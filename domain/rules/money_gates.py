"""R1–R6: which money may go out in which form, to whom, and how much (S1–S4)."""

from __future__ import annotations

from datetime import date

from domain.codes import AidForm, FileLevel, FundSource, VisitType
from domain.models import AidLine, RuleResult, RuleSettings
from domain.money import format_yuan, total
from domain.rules.base import judge, not_applicable
from domain.rules.context import VisitContext

FISCAL = frozenset({FundSource.CENTRAL_FISCAL, FundSource.PROV_FISCAL})


def r1(line: AidLine, rules: RuleSettings) -> RuleResult:
    """Central and provincial funds are never handed out as goods (S3)."""
    if line.source not in FISCAL:
        return not_applicable("R1", rules, line.id)
    return judge("R1", rules, "" if line.form is AidForm.IN_KIND else None, line.id)


def r2(line: AidLine, rules: RuleSettings) -> RuleResult:
    """Goods come from union matching funds, or were donated where the campaign allows it (S4)."""
    if line.form is not AidForm.IN_KIND:
        return not_applicable("R2", rules, line.id)
    donated = rules.donated_goods and line.source is FundSource.DONATION
    allowed = line.source is FundSource.UNION_MATCHING or donated
    return judge("R2", rules, None if allowed else "", line.id)


def r3(line: AidLine, context: VisitContext) -> RuleResult:
    """Cash only from a delegation at the household's home; everything else by bank transfer (S2)."""
    if line.form is not AidForm.CASH or not context.rules.cash_by_delegation_only:
        return not_applicable("R3", context.rules, line.id)
    return judge("R3", context.rules, _cash_fault(context), line.id)


def _cash_fault(context: VisitContext) -> str | None:
    visit, delegation = context.visit, context.delegation
    if visit.delegation_id is None:
        return ""
    if visit.visit_type is not VisitType.HOME:
        return "not_home"
    if (
        delegation is None
        or delegation.id != visit.delegation_id
        or delegation.campaign_id != visit.campaign_id
    ):
        return "other_delegation"
    travels = any(visitor.user_id and delegation.has(visitor.user_id) for visitor in visit.visitors)
    return None if travels else "not_a_member"


def r4(line: AidLine, context: VisitContext) -> RuleResult:
    """No active file, no aid; model workers and front-line posts have their own roster (S1)."""
    return judge("R4", context.rules, _file_fault(line, context), line.id)


def _file_fault(line: AidLine, context: VisitContext) -> str | None:
    household = context.household
    if household is None:
        return _off_file_fault(line, context)
    if household.status_on(context.day) not in context.rules.statuses_with_aid:
        return ""
    return None if context.person(line.beneficiary) else "not_in_file"


def _off_file_fault(line: AidLine, context: VisitContext) -> str | None:
    if (
        context.visit.household_id is not None
        or context.visit.target_group not in context.rules.off_file_groups
    ):
        return "no_file"
    return "central_without_file" if line.source is FundSource.CENTRAL_FISCAL else None


def r5(line: AidLine, context: VisitContext) -> RuleResult:
    """Central and provincial funds only for a file of national level."""
    if line.source not in FISCAL:
        return not_applicable("R5", context.rules, line.id)
    national = context.household is not None and context.household.level is FileLevel.NATIONAL
    return judge("R5", context.rules, None if national else "", line.id)


def r6(line: AidLine, context: VisitContext) -> RuleResult:
    """A person's aid stays within the caps per time and per calendar year."""
    rules = context.rules
    now = total(each.amount for each in context.lines_for(line.beneficiary))
    year = now + total(
        aid.amount for aid in context.earlier_for(line.beneficiary) if _same_year(aid.given_on, context.day)
    )
    if now > rules.cap_per_time:
        sums = {"amount": format_yuan(now), "cap": format_yuan(rules.cap_per_time)}
        return judge("R6", rules, "per_time", line.id, params=sums)
    if year > rules.cap_per_year:
        sums = {"amount": format_yuan(year), "cap": format_yuan(rules.cap_per_year)}
        return judge("R6", rules, "per_year", line.id, params=sums)
    return judge("R6", rules, None, line.id)


def _same_year(one: date, other: date) -> bool:
    return one.year == other.year
