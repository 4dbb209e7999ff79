"""R7, R8, R13, R14, R20: who may receive (S1, S17, S22, S24)."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from domain_cases import (
    DAY,
    HOUSEHOLD,
    PUPIL,
    RECIPIENT,
    RULES,
    STUDENT,
    WORKER,
    account,
    aid,
    campaign_with,
    context,
    household_with,
    ident,
    line,
    switched_off,
    visit,
)
from test_domain_rules_money import said

from domain.codes import (
    AidForm,
    AidStatus,
    AidType,
    FileStatus,
    FundSource,
    LifeState,
    Relation,
    Severity,
    UnreachedReason,
    VisitResult,
)
from domain.models import DeclaredRelative, HouseholdFile, StatusChange
from domain.rules import needs_full_check, r7, r8_account, r8_identity, r13, r14, r20, review_reason

OFF = {code: switched_off(code).rules for code in ("R7", "R8", "R13", "R14", "R20")}
OTHER_FILE = household_with(id=ident(11), number="QS20230002", members=())


def worker_with(**changes: Any) -> HouseholdFile:
    return household_with(worker=msgspec.structs.replace(WORKER, **changes))


@pytest.mark.parametrize(
    ("file", "others", "answer"),
    [
        (HOUSEHOLD, (HOUSEHOLD,), "pass"),
        (HOUSEHOLD, (OTHER_FILE,), "fail"),
        (HOUSEHOLD, (msgspec.structs.replace(OTHER_FILE, status=FileStatus.LIFTED),), "pass"),
        (household_with(status=FileStatus.DRAFT), (OTHER_FILE,), "n/a"),
        (
            household_with(members=(msgspec.structs.replace(STUDENT, id_number=WORKER.id_number),)),
            (),
            "twice_in_file",
        ),
        (worker_with(id_number=""), (worker_with(id_number=""),), "pass"),
    ],
)
def test_r7_one_household_one_file(
    file: HouseholdFile, others: tuple[HouseholdFile, ...], answer: str
) -> None:
    """S17, R7: an identity number stands in one active file only."""
    assert said(r7(file, others, RULES)) == answer
    assert said(r7(file, others, OFF["R7"])) == "n/a"


def test_r7_names_the_other_file() -> None:
    """S17, R7: the cadre learns where to look."""
    assert r7(HOUSEHOLD, (OTHER_FILE,), RULES).params == {"number": "QS20230002", "name": "王秀英"}


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        (RECIPIENT.id_number, "pass"),
        ("", "error.id_missing"),
        ("12345", "error.id_wrong_length"),
        ("11010519491231002X", "pass"),
        ("110105491231002", "pass"),
        ("110105194912310021", "error.id_checksum"),
    ],
)
def test_r8_the_beneficiary_has_a_valid_number(number: str, answer: str) -> None:
    """S1, R8: real-name aid needs a real number."""
    who = msgspec.structs.replace(RECIPIENT, id_number=number)
    assert said(r8_identity(who, DAY, RULES)) == answer
    assert said(r8_identity(who, DAY, OFF["R8"])) == "n/a"


def test_r8_sample_people_do_not_exist_outside_the_sample() -> None:
    """R8: where the setting is missing, the sample region is refused."""
    real = campaign_with(allow_sample_region=False).rules
    assert said(r8_identity(RECIPIENT, DAY, real)) == "error.id_region_unknown"


@pytest.mark.parametrize(
    ("changes", "answer", "severity"),
    [
        ({}, "pass", Severity.BLOCK),
        ({"account": None}, "error.account_missing", Severity.BLOCK),
        ({"account": account("李想")}, "account_holder", Severity.BLOCK),
        ({"account": account(number="12")}, "error.account_wrong_length", Severity.BLOCK),
        ({"account": account(number="9999123456789012340")}, "error.account_checksum", Severity.WARN),
        ({"form": AidForm.CASH, "account": None}, "n/a", Severity.BLOCK),
    ],
)
def test_r8_transfers_go_to_the_beneficiary(changes: dict[str, Any], answer: str, severity: Severity) -> None:
    """R8: account holder = recipient; a Luhn failure only warns (old passbooks)."""
    result = r8_account(line(**changes), RULES)
    assert (said(result), result.severity) == (answer, severity)
    assert said(r8_account(line(**changes), OFF["R8"])) == "n/a"


@pytest.mark.parametrize(
    ("earlier", "answer", "severity"),
    [
        ({}, "fail", Severity.BLOCK),
        ({"source": FundSource.DONATION}, "other_source", Severity.WARN),
        ({"type": AidType.MEDICAL}, "pass", Severity.BLOCK),
        ({"beneficiary": PUPIL}, "pass", Severity.BLOCK),
        ({"campaign_id": ident(21)}, "pass", Severity.BLOCK),
        ({"status": AidStatus.VOIDED}, "pass", Severity.BLOCK),
    ],
)
def test_r13_nobody_receives_twice(earlier: dict[str, Any], answer: str, severity: Severity) -> None:
    """R13: same person, campaign, source and type block; another source warns."""
    result = r13(line(), context(visit(line()), earlier_aid=(aid(**earlier),)))
    assert (said(result), result.severity) == (answer, severity)
    off = context(visit(line()), earlier_aid=(aid(**earlier),), campaign=switched_off("R13"))
    assert said(r13(line(), off)) == "n/a"


def test_r13_sees_two_equal_lines_in_one_visit() -> None:
    """R13: of two equal lines in one visit, the second is the duplicate."""
    one, two = line(), line(id=ident(51))
    both = context(visit(one, two))
    assert [said(r13(each, both)) for each in (one, two)] == ["pass", "fail"]


def test_r13_is_not_its_own_duplicate_in_the_registry() -> None:
    """R13: a record that is evaluated again after arrival does not flag itself."""
    assert said(r13(line(), context(visit(line()), earlier_aid=(aid(id=line().id),)))) == "pass"


CLOSED = (
    StatusChange(status=FileStatus.ACTIVE, since=date(2024, 1, 1)),
    StatusChange(status=FileStatus.LIFTED, since=date(2026, 5, 1)),
)


@pytest.mark.parametrize(
    ("file", "changes", "result", "answer"),
    [
        (HOUSEHOLD, {}, VisitResult.MET, "pass"),
        (worker_with(life=LifeState.AWAY), {}, VisitResult.MET, "pass"),
        (worker_with(life=LifeState.DECEASED), {}, VisitResult.MET, "deceased"),
        (HOUSEHOLD, {}, VisitResult.DECEASED, "deceased"),
        (HOUSEHOLD, {"beneficiary": PUPIL, "type": AidType.CONDOLENCE}, VisitResult.DECEASED, "pass"),
        (worker_with(life=LifeState.TRANSFERRED), {}, VisitResult.MET, "moved"),
        (HOUSEHOLD, {}, VisitResult.MOVED, "moved"),
        (household_with(status=FileStatus.LIFTED), {}, VisitResult.MET, "closed"),
        (household_with(history=CLOSED), {}, VisitResult.MET, "closed"),
        (household_with(status=FileStatus.CANCELLED), {}, VisitResult.MET, "closed"),
        (
            household_with(status=FileStatus.CANCELLED),
            {"beneficiary": PUPIL, "type": AidType.CONDOLENCE},
            VisitResult.MET,
            "pass",
        ),
        (
            household_with(status=FileStatus.CANCELLED),
            {"type": AidType.CONDOLENCE},
            VisitResult.MET,
            "closed",
        ),
    ],
)
def test_r14_nothing_for_the_dead_moved_or_lifted(
    file: HouseholdFile, changes: dict[str, Any], result: VisitResult, answer: str
) -> None:
    """S24, R14: no new aid; condolence aid still reaches the family."""
    one = line(**changes)
    around = {"household": file}
    assert said(r14(one, context(visit(one, result=result), **around))) == answer
    assert said(r14(one, context(visit(one, result=result), campaign=switched_off("R14"), **around))) == "n/a"


def test_r14_sends_the_file_to_review() -> None:
    """R14: a death or a move found at the door is looked at in the office."""
    assert review_reason(visit(result=VisitResult.DECEASED)) is UnreachedReason.DECEASED
    assert review_reason(visit(result=VisitResult.MOVED)) is UnreachedReason.MOVED
    assert review_reason(visit(result=VisitResult.ABSENT)) is None


@pytest.mark.parametrize(
    ("known", "declared", "answer"), [(0, 0, "n/a"), (1, 0, "fail"), (1, 1, "pass"), (0, 1, "pass")]
)
def test_r20_relatives_of_staff_are_declared(known: int, declared: int, answer: str) -> None:
    """R20: a declared relative is fine and checked; an undeclared one is flagged."""
    said_so = (DeclaredRelative(aid_id=line().id, staff_name="石璟", relation=Relation.RELATIVE),)
    body = visit(line(), declared_relatives=said_so if declared else ())
    around = {"staff_relatives": frozenset({RECIPIENT.id_number} if known else ())}
    assert said(r20(line(), context(body, **around))) == answer
    assert said(r20(line(), context(body, campaign=switched_off("R20"), **around))) == "n/a"
    assert needs_full_check(line(), context(body, **around)) is bool(known or declared)
