"""All rules over one visit: before signing on the phone, again in the registry."""

from __future__ import annotations

import string

import msgspec
from domain_cases import DELEGATION, ident, line, photo, sha, visit
from domain_cases import context as around
from test_domain_rules_signing import other

from app.lang import t
from domain.codes import AidForm, FundSource, Outcome, Severity
from domain.models import RuleResult
from domain.rules import Phase, blocks, evaluate, failures, for_record


def test_a_lawful_visit_passes_every_rule() -> None:
    """S1–S4: nothing stops an honest visit, and the record says what was checked."""
    results = evaluate(around(visit(line())))
    assert failures(results) == []
    assert not blocks(results)
    kept = for_record(results)
    assert {one.code for one in kept} >= {"R1", "R4", "R5", "R6", "R8", "R9", "R10", "R12", "R13", "R14"}
    assert all(one.outcome is Outcome.PASS for one in kept)


def test_the_order_is_fixed() -> None:
    """R1–R24: the same visit gives the same answers in the same order, on both ends."""
    body = visit(line(), line(id=ident(51), beneficiary=line().beneficiary, source=FundSource.DONATION))
    once, again = evaluate(around(body)), evaluate(around(body))
    assert once == again
    numbers = [int(one.code[1:]) for one in once]
    assert numbers == sorted(numbers)
    assert [one.subject for one in once if one.code == "R1"] == [each.id for each in body.aid]


def test_before_signing_the_lawless_is_stopped() -> None:
    """S2, S3: central money as goods and cash without a delegation block before anybody signs."""
    goods = line(form=AidForm.IN_KIND, account=None)
    cash = line(id=ident(51), form=AidForm.CASH, account=None, source=FundSource.DONATION)
    results = evaluate(around(visit(goods, cash, receipt=None), phase=Phase.BEFORE_SIGNING))
    assert blocks(results)
    assert [one.code for one in failures(results)][:3] == ["R1", "R2", "R3"]


def test_blocking_failures_come_first() -> None:
    """R12, R3: what must be put right stands above what is only a hint."""
    cash = line(form=AidForm.CASH, account=None)
    body = visit(cash, photos=(photo(picked=True),))
    assert [one.severity for one in failures(evaluate(around(body)))] == [Severity.BLOCK, Severity.WARN]


def test_warnings_alone_do_not_stop_a_visit() -> None:
    """R12: a photo from the album is noted and the visit goes on."""
    results = evaluate(around(visit(line(), photos=(photo(picked=True),))))
    assert [one.code for one in failures(results)] == ["R12"]
    assert not blocks(results)


def test_a_households_own_photos_are_no_duplicates() -> None:
    """R12: only another household's photo counts."""
    mine = visit(line())
    assert mine.household_id is not None
    twin = other(sha256=sha("b"), household_id=mine.household_id)
    assert failures(evaluate(around(mine, other_photos=(twin,)))) == []
    theirs = other(sha256=sha("b"))
    assert [one.message_id for one in failures(evaluate(around(mine, other_photos=(theirs,))))] == [
        "rule.R12.identical"
    ]


def test_a_delegation_may_hand_over_cash() -> None:
    """S2, R3: the tour's cash passes before and after signing."""
    cash = line(form=AidForm.CASH, account=None)
    body = visit(cash, delegation_id=DELEGATION.id)
    assert failures(evaluate(around(body, delegation=DELEGATION))) == []


def test_results_travel_inside_the_record() -> None:
    """DESIGN §4: rule results are sealed with the visit and read back equal."""
    results = for_record(evaluate(around(visit(line()))))
    assert tuple(msgspec.convert(msgspec.to_builtins(results), list[RuleResult])) == results


def test_every_sentence_gets_its_blanks_filled() -> None:
    """R1–R24: no cadre reads a sentence with a {hole} in it."""
    goods = line(form=AidForm.IN_KIND, account=None, amount=line().amount * 9)
    body = visit(goods, photos=(photo(),), visitors=())
    results = evaluate(around(body, other_photos=(other(sha256=sha("b")),)))
    assert len(failures(results)) >= 4
    for result in failures(results):
        sentence = t(result.message_id, **result.params)
        assert not [name for _, name, _, _ in string.Formatter().parse(sentence) if name], sentence
