"""R9–R12: visitors, signatures, the locked amount, proxies, photos and place (S25)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from domain_cases import (
    CADRE,
    CAMPAIGN,
    HOME,
    HOUSEHOLD,
    RULES,
    SIGNATURES,
    at,
    context,
    household_with,
    id_number,
    ident,
    line,
    photo,
    receipt,
    sha,
    signature,
    switched_off,
    visit,
)
from test_domain_rules_money import said

from domain.codes import Relation, Severity, SignatureKind, SignerKind, VisitType
from domain.dhash import dhash, hamming, is_flat, near
from domain.errors import InputError
from domain.models import Address, Place, Proxy
from domain.places import degrees, distance_m
from domain.receipt import signed_hash
from domain.rules import OtherPhoto, Phase, proxy_follow_up_due, r9, r10, r11, r12_photo, r12_place

RECIPIENT_SIGNS, CADRE_SIGNS, COLLEAGUE_SIGNS = SIGNATURES
BEFORE = {"phase": Phase.BEFORE_SIGNING}


def signed_by(*signatures: Any) -> dict[str, Any]:
    return {"receipt": receipt((line(),), signatures=signatures)}


ALONE = {"visitors": (CADRE,), "few_visitors_reason": "雪大，同事没赶到"}


@pytest.mark.parametrize(
    ("changes", "around", "answer"),
    [
        ({}, {}, "pass"),
        ({"visitors": (CADRE,)}, {}, "fail"),
        ({**ALONE, **signed_by(RECIPIENT_SIGNS)}, {}, "handler_signature"),
        ({"visitors": (CADRE, CADRE)}, {}, "fail"),
        ({"visitors": ()}, {}, "fail"),
        ({"visitors": (), "few_visitors_reason": "雪大"}, {}, "fail"),
        ({"visitors": (CADRE,), "few_visitors_reason": "  "}, {}, "fail"),
        (
            {
                "visitors": (CADRE,),
                "few_visitors_reason": "雪大，同事没赶到",
                **signed_by(RECIPIENT_SIGNS, CADRE_SIGNS),
            },
            {},
            "pass",
        ),
        (signed_by(CADRE_SIGNS, COLLEAGUE_SIGNS), {}, "recipient_signature"),
        (signed_by(RECIPIENT_SIGNS, CADRE_SIGNS), {}, "handler_signature"),
        (signed_by(RECIPIENT_SIGNS, CADRE_SIGNS, CADRE_SIGNS), {}, "handler_signature"),
        ({"receipt": None}, {}, "recipient_signature"),
        ({"receipt": None}, BEFORE, "pass"),
        ({"visitors": (CADRE,)}, {"campaign": switched_off("R9")}, "n/a"),
    ],
)
def test_r9_two_visitors_and_both_sides_sign(
    changes: dict[str, Any], around: dict[str, Any], answer: str
) -> None:
    """R9: fewer than two visitors need a reason; recipient and both handlers sign."""
    assert said(r9(context(visit(line(), **changes), **around))) == answer


def test_r9_without_aid_nobody_must_sign() -> None:
    """R9: a visit that only listens needs two visitors and no signature."""
    assert said(r9(context(visit()))) == "pass"


def test_r9_a_fingerprint_counts() -> None:
    """R11: who cannot write presses a finger."""
    finger = msgspec.structs.replace(RECIPIENT_SIGNS, kind=SignatureKind.FINGERPRINT)
    assert said(r9(context(visit(line(), **signed_by(finger, CADRE_SIGNS, COLLEAGUE_SIGNS))))) == "pass"


LATER = line(amount=Decimal(2000))


@pytest.mark.parametrize(
    ("lines", "changes", "answer"),
    [
        ((line(),), {}, "pass"),
        ((line(),), {"receipt": receipt((line(),), capitals="人民币贰仟元整")}, "fail"),
        ((LATER,), {"receipt": receipt((line(),))}, "amount_differs"),
        ((line(item="大米"),), {"receipt": receipt((line(),))}, "changed_after_signing"),
        ((line(),), {"receipt": receipt((line(),), locked=at(205))}, "signed_before_lock"),
        ((line(),), {"receipt": receipt((line(),), locked=at(205, boot="boot-2"))}, "pass"),
        ((line(),), {"receipt": None}, "no_receipt"),
        ((), {}, "n/a"),
    ],
)
def test_r10_the_amount_stays_as_signed(lines: Any, changes: dict[str, Any], answer: str) -> None:
    """R10: capitals equal digits, the amount locks before signing, an edit voids the receipt."""
    assert said(r10(context(visit(*lines, **changes)))) == answer
    assert said(r10(context(visit(*lines, **changes), campaign=switched_off("R10")))) == "n/a"


def test_r10_before_signing_a_receipt_may_still_be_missing() -> None:
    """R10: before signing, what is already locked is checked and nothing is missed."""
    assert said(r10(context(visit(line(), receipt=None), **BEFORE))) == "n/a"
    assert said(r10(context(visit(line(), receipt=receipt((line(),), signatures=())), **BEFORE))) == "pass"


def test_r10_the_hash_covers_every_signed_word() -> None:
    """R10: household, person, source, amount and words all change what was signed."""
    one = line()
    base = signed_hash(HOUSEHOLD.id, CAMPAIGN.id, (one,), Decimal(1000), "人民币壹仟元整")
    assert base == signed_hash(HOUSEHOLD.id, CAMPAIGN.id, [one], Decimal("1000.00"), "人民币壹仟元整")
    others = (
        signed_hash(ident(11), CAMPAIGN.id, (one,), Decimal(1000), "人民币壹仟元整"),
        signed_hash(HOUSEHOLD.id, CAMPAIGN.id, (line(amount=Decimal(999)),), Decimal(1000), "人民币壹仟元整"),
        signed_hash(HOUSEHOLD.id, CAMPAIGN.id, (one,), Decimal(999), "人民币壹仟元整"),
        signed_hash(HOUSEHOLD.id, CAMPAIGN.id, (one,), Decimal(1000), "人民币贰仟元整"),
    )
    assert base not in others


SON = Proxy(name="王大力", relation=Relation.CHILD, id_number=id_number("19950505", 11), reason="本人卧床")
PROXY_SIGNS = signature(SignerKind.PROXY, SON.name, 200)


def proxy(**changes: Any) -> dict[str, Any]:
    son = msgspec.structs.replace(SON, **changes)
    return {"receipt": receipt((line(),), proxy=son, signatures=(PROXY_SIGNS, CADRE_SIGNS, COLLEAGUE_SIGNS))}


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, "n/a"),
        (proxy(), "pass"),
        (proxy(reason=""), "reason"),
        (proxy(reason="", mandate_sha256=sha("e")), "pass"),
        (proxy(id_number="123"), "id"),
        (proxy(relation=Relation.SELF), "relation"),
        (proxy(name=" "), "relation"),
        (proxy(name=CADRE.name), "staff"),
        (proxy(id_number=id_number("19800101", 15)), "staff"),
        (signed_by(PROXY_SIGNS), "fail"),
        (signed_by(signature(SignerKind.RECIPIENT, "王秀英", 200, CADRE.user_id)), "staff"),
        ({"receipt": None}, "n/a"),
    ],
)
def test_r11_signing_for_another(changes: dict[str, Any], answer: str) -> None:
    """R11: relation, identity and mandate or reason; staff never sign for recipients."""
    staff = {"staff_id_numbers": frozenset({id_number("19800101", 15)})}
    assert said(r11(context(visit(line(), **changes), **staff))) == answer
    assert said(r11(context(visit(line(), **changes), campaign=switched_off("R11"), **staff))) == "n/a"


def test_r11_opens_a_follow_up_within_fifteen_days() -> None:
    """R11: a pass says until when somebody visits again."""
    assert r11(context(visit(line(), **proxy()))).params == {"follow_up_by": "2027-01-25"}
    assert proxy_follow_up_due(context(visit()).day, RULES).isoformat() == "2027-01-25"


def other(**changes: Any) -> OtherPhoto:
    fields = {
        "household_id": ident(12),
        "household_number": "QS20230009",
        "sha256": sha("1"),
        "original_sha256": sha("2"),
        "dhash": "f0f0f0f0ccccaaaa",
    }
    return OtherPhoto(**{**fields, **changes})


@pytest.mark.parametrize(
    ("mine", "theirs", "answer"),
    [
        ({}, {}, "pass"),
        ({"picked": True}, {}, "picked"),
        ({}, {"sha256": sha("b")}, "identical"),
        ({}, {"original_sha256": sha("c")}, "identical"),
        ({}, {"dhash": "0f0f0f0f333355aa"}, "near"),
        ({}, {"dhash": "0f0f0f0f3333aaaa"}, "pass"),
        ({"dhash": "0000000000000000"}, {"dhash": "0000000000000000"}, "pass"),
    ],
)
def test_r12_one_photo_for_one_household(mine: dict[str, Any], theirs: dict[str, Any], answer: str) -> None:
    """R12: the same or nearly the same photo in another household is flagged, a dark one is not."""
    result = r12_photo(photo(**mine), [other(**theirs)], RULES)
    assert said(result) == answer
    assert result.outcome == "pass" or result.severity is Severity.WARN
    assert said(r12_photo(photo(**mine), [other(**theirs)], switched_off("R12").rules)) == "n/a"


def place(north: float, **changes: Any) -> Place:
    fields = {"latitude": degrees(39.09 + north), "longitude": HOME.longitude, "accuracy_m": 10}
    return Place(**{**fields, **changes})


NO_PLACE = household_with(address=Address(county="青山县", town="云溪镇", village="石板村", detail="3组"))


@pytest.mark.parametrize(
    ("changes", "around", "answer"),
    [
        ({}, {}, "pass"),
        ({"place": place(0.004)}, {}, "pass"),
        ({"place": place(0.010)}, {}, "far"),
        ({"place": place(0.010, accuracy_m=900)}, {}, "pass"),
        ({"place": place(0, mocked=True)}, {}, "mocked"),
        ({"place": None}, {}, "n/a"),
        ({"place": place(1), "visit_type": VisitType.SITE}, {}, "n/a"),
        ({"place": place(1)}, {"household": NO_PLACE}, "n/a"),
    ],
)
def test_r12_distance_flags_and_never_blocks(
    changes: dict[str, Any], around: dict[str, Any], answer: str
) -> None:
    """R12: far from home is a hint for the supervisor, whatever severity the campaign sets."""
    result = r12_place(context(visit(**changes), **around))
    assert said(result) == answer
    assert result.outcome != "fail" or result.severity is Severity.WARN


def test_distances_are_metres() -> None:
    """R12: one hundredth of a degree of latitude is about 1.1 km."""
    assert distance_m(HOME, place(0.01)) == pytest.approx(1112, abs=2)
    assert distance_m(HOME, HOME) == 0
    assert degrees(-0.0) == "0.000000"


def test_difference_hash() -> None:
    """R12: a falling edge is 0, a rising one 1; flat pictures say nothing; wrong sizes are refused."""
    rows = bytes([10, 20, 10, 20, 10, 20, 10, 20, 10] * 8)
    assert dhash(rows) == "aaaaaaaaaaaaaaaa"
    assert hamming("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaab") == 1
    assert is_flat(dhash(bytes(72)))
    assert is_flat(dhash(bytes(range(9)) * 8))
    assert not is_flat(dhash(rows))
    assert near(dhash(rows), dhash(rows), 0)
    with pytest.raises(InputError, match="picture_wrong_size"):
        dhash(bytes(71))
