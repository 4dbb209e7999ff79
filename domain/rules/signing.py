"""R9–R11: two visitors, both sides sign, the amount stays as signed, nobody signs for another unseen."""

from __future__ import annotations

from datetime import date, timedelta

from domain.capitals import capitals_match
from domain.codes import Relation, SignerKind
from domain.errors import InputError
from domain.event_time import happened_before
from domain.identity import parse_identity
from domain.models import Proxy, Receipt, RuleResult, RuleSettings, VisitBody
from domain.money import format_yuan, total
from domain.receipt import still_as_signed
from domain.rules.base import judge, not_applicable
from domain.rules.context import Phase, VisitContext


def r9(context: VisitContext) -> RuleResult:
    """At least two visitors, and both sides sign; fewer needs a reason."""
    visit, rules = context.visit, context.rules
    visitors = len({visitor.user_id or visitor.name for visitor in visit.visitors})
    excused = bool(visit.few_visitors_reason.strip())
    if not visitors or (visitors < rules.minimum_visitors and not excused):
        counts = {"needed": str(rules.minimum_visitors), "present": str(visitors)}
        return judge("R9", rules, "", params=counts)
    if context.phase is Phase.SIGNED and visit.aid:
        return judge("R9", rules, _signature_fault(visit, rules, excused))
    return judge("R9", rules, None)


def _signature_fault(visit: VisitBody, rules: RuleSettings, excused: bool) -> str | None:
    signatures = visit.receipt.signatures if visit.receipt else ()
    if not any(each.signer in (SignerKind.RECIPIENT, SignerKind.PROXY) for each in signatures):
        return "recipient_signature"
    handlers = {each.user_id or each.name for each in signatures if each.signer is SignerKind.HANDLER}
    needed = min(1, rules.minimum_visitors) if excused else rules.minimum_visitors
    return "handler_signature" if len(handlers) < needed else None


def r10(context: VisitContext) -> RuleResult:
    """Capitals equal digits; the amount was locked before signing and nothing changed after."""
    visit, rules = context.visit, context.rules
    receipt = visit.receipt
    if receipt is None:
        missing = context.phase is Phase.SIGNED and bool(visit.aid)
        return judge("R10", rules, "no_receipt") if missing else not_applicable("R10", rules)
    if not capitals_match(receipt.capitals, receipt.amount):
        said = {"amount": format_yuan(receipt.amount), "capitals": receipt.capitals}
        return judge("R10", rules, "", params=said)
    expected = total(line.amount for line in visit.aid)
    if receipt.amount != expected:
        sums = {"amount": format_yuan(receipt.amount), "total": format_yuan(expected)}
        return judge("R10", rules, "amount_differs", params=sums)
    return judge("R10", rules, _lock_fault(visit, receipt))


def _lock_fault(visit: VisitBody, receipt: Receipt) -> str | None:
    if not still_as_signed(visit):
        return "changed_after_signing"
    early = any(happened_before(receipt.locked, each.signed) is False for each in receipt.signatures)
    return "signed_before_lock" if early else None


def r11(context: VisitContext) -> RuleResult:
    """Proxy signing states who, why and in what relation; staff never sign for recipients.

    A pass carries ``follow_up_by``, the last day of the follow-up at home.
    """
    receipt, rules = context.visit.receipt, context.rules
    signatures = receipt.signatures if receipt else ()
    if any(each.signer is not SignerKind.HANDLER and each.user_id for each in signatures):
        return judge("R11", rules, "staff")
    by_proxy = any(each.signer is SignerKind.PROXY for each in signatures)
    if receipt is None or (receipt.proxy is None and not by_proxy):
        return not_applicable("R11", rules)
    if receipt.proxy is None:
        return judge("R11", rules, "")
    due = {"follow_up_by": proxy_follow_up_due(context.day, rules).isoformat()}
    return judge("R11", rules, _proxy_fault(receipt.proxy, context), params=due)


def proxy_follow_up_due(day: date, rules: RuleSettings) -> date:
    """The last day of the home follow-up that proxy signing opens."""
    return day + timedelta(days=rules.proxy_follow_up_days)


def _proxy_fault(proxy: Proxy, context: VisitContext) -> str | None:
    ours = {visitor.name for visitor in context.visit.visitors}
    if proxy.name in ours or proxy.id_number in context.staff_id_numbers:
        return "staff"
    if not proxy.name.strip() or proxy.relation is Relation.SELF:
        return "relation"
    try:
        parse_identity(proxy.id_number, context.day, context.rules.allow_sample_region)
    except InputError:
        return "id"
    return None if proxy.mandate_sha256 or proxy.reason.strip() else "reason"
