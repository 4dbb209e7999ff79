"""R7, R8, R13, R14, R20: who may receive, and who is who."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.codes import AidForm, AidType, FileStatus, LifeState, Relation, UnreachedReason, VisitResult
from domain.errors import InputError
from domain.identity import check_account, parse_identity
from domain.models import Aid, AidLine, Beneficiary, HouseholdFile, RuleResult, RuleSettings, VisitBody
from domain.rules.base import judge, not_applicable
from domain.rules.context import VisitContext, same_person

_CLOSED = (FileStatus.LIFTED, FileStatus.CANCELLED)


def r7(file: HouseholdFile, others: Iterable[HouseholdFile], rules: RuleSettings) -> RuleResult:
    """One household, one file: no identity number stands in two active files (S17)."""
    if file.status is not FileStatus.ACTIVE:
        return not_applicable("R7", rules, file.id)
    numbers = [person.id_number for person in file.people() if person.id_number]
    if len(set(numbers)) < len(numbers):
        return judge("R7", rules, "twice_in_file", file.id)
    for other in others:
        if other.id != file.id and other.status is FileStatus.ACTIVE:
            shared = {person.id_number for person in other.people()} & set(numbers)
            if shared:
                about = {"number": other.number, "name": other.worker.name}
                return judge("R7", rules, "", file.id, params=about)
    return judge("R7", rules, None, file.id)


def r8_identity(beneficiary: Beneficiary, day: date, rules: RuleSettings, subject: str = "") -> RuleResult:
    """The beneficiary's identity number is valid (GB 11643); the fault is the identity check's own."""
    try:
        parse_identity(beneficiary.id_number, day, rules.allow_sample_region)
    except InputError as refused:
        params = _texts(refused) | {"name": beneficiary.name}
        return judge("R8", rules, f"error.{refused.code}", subject, params=params)
    return judge("R8", rules, None, subject)


def r8_account(line: AidLine, rules: RuleSettings) -> RuleResult:
    """A bank transfer goes to the beneficiary's own account; a wrong Luhn digit only warns."""
    if line.form is not AidForm.BANK:
        return not_applicable("R8", rules, line.id)
    if line.account is None:
        return judge("R8", rules, "error.account_missing", line.id)
    if line.account.holder.strip() != line.beneficiary.name.strip():
        names = {"holder": line.account.holder, "name": line.beneficiary.name}
        return judge("R8", rules, "account_holder", line.id, params=names)
    try:
        check_account(line.account.number)
    except InputError as refused:
        typo = refused.code == "account_checksum"
        return judge("R8", rules, f"error.{refused.code}", line.id, only_warn=typo, params=_texts(refused))
    return judge("R8", rules, None, line.id)


def _texts(refused: InputError) -> dict[str, str]:
    return {key: str(value) for key, value in refused.details.items()}


def r13(line: AidLine, context: VisitContext) -> RuleResult:
    """Nobody gets the same kind of aid twice in a campaign; from another source it only warns."""
    twins = [twin for twin in _twins(line, context) if twin.type is line.type]
    who = {"name": line.beneficiary.name}
    if any(twin.source is line.source for twin in twins):
        return judge("R13", context.rules, "", line.id, params=who)
    if twins:
        return judge("R13", context.rules, "other_source", line.id, only_warn=True, params=who)
    return judge("R13", context.rules, None, line.id)


def _twins(line: AidLine, context: VisitContext) -> list[Aid | AidLine]:
    """Earlier aid of this campaign and the lines above this one, for the same person."""
    above = context.visit.aid[: [each.id for each in context.visit.aid].index(line.id)]
    found: list[Aid | AidLine] = [one for one in above if same_person(one.beneficiary, line.beneficiary)]
    found += [
        aid
        for aid in context.earlier_for(line.beneficiary)
        if aid.campaign_id == context.campaign.id and aid.id != line.id
    ]
    return found


def r14(line: AidLine, context: VisitContext) -> RuleResult:
    """Nothing new for the dead, the moved away or a closed file; condolence aid goes to the family (S24)."""
    return judge("R14", context.rules, _gone(line, context), line.id, params={"name": line.beneficiary.name})


def _gone(line: AidLine, context: VisitContext) -> str | None:
    household, person = context.household, context.person(line.beneficiary)
    is_worker = line.beneficiary.relation is Relation.SELF
    if person is not None and person.life is LifeState.DECEASED:
        return "deceased"
    if context.visit.result is VisitResult.DECEASED and is_worker:
        return "deceased"
    if line.type is AidType.CONDOLENCE and not is_worker:
        return None
    if context.visit.result is VisitResult.MOVED or (person and person.life is LifeState.TRANSFERRED):
        return "moved"
    closed = household is not None and household.status_on(context.day) in _CLOSED
    return "closed" if closed else None


def review_reason(visit: VisitBody) -> UnreachedReason | None:
    """Why the file goes to review after this visit (R14); None when it need not."""
    if visit.result is VisitResult.DECEASED:
        return UnreachedReason.DECEASED
    return UnreachedReason.MOVED if visit.result is VisitResult.MOVED else None


def r20(line: AidLine, context: VisitContext) -> RuleResult:
    """A relative of staff is declared, and each such line is checked."""
    known = line.beneficiary.id_number in context.staff_relatives
    declared = any(each.aid_id == line.id for each in context.visit.declared_relatives)
    if not known and not declared:
        return not_applicable("R20", context.rules, line.id)
    fault = None if declared else ""
    return judge("R20", context.rules, fault, line.id, params={"name": line.beneficiary.name})


def needs_full_check(line: AidLine, context: VisitContext) -> bool:
    """Whether the line belongs to the hundred per cent check (R20)."""
    known = line.beneficiary.id_number in context.staff_relatives
    return known or any(each.aid_id == line.id for each in context.visit.declared_relatives)
