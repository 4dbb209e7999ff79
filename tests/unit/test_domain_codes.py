"""Code lists, models and their texts (DOMAIN §5)."""

from __future__ import annotations

import inspect
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec
import pytest
from domain_cases import HOUSEHOLD, aid, line, photo, receipt, visit

import domain.codes
from app.lang import LANGUAGES, has_text, set_language, t
from domain.codes import FundSource, NeedKind, label_key
from domain.models import AidLine, HouseholdFile, VisitBody
from domain.regions import PROVINCES, SAMPLE_PROVINCE, is_known, province_key
from domain.rules import DEFAULT_SEVERITY

ENUMS = [
    one
    for _, one in inspect.getmembers(domain.codes, inspect.isclass)
    if issubclass(one, Enum) and one is not Enum
]


@pytest.fixture(autouse=True)
def _source_language() -> Any:
    yield
    set_language("zh_Hans")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("codes", ENUMS, ids=lambda one: one.__name__)
def test_every_code_has_a_label(codes: type[Enum], language: str) -> None:
    """S15: a person reads words, never a code."""
    set_language(language)
    for value in codes:
        assert t(label_key(value)) != label_key(value)


def test_labels_are_what_a_cadre_says() -> None:
    """S18: 医房学业保 in one character each; 中央财政 as on the forms."""
    assert t("code.fund_source.central_fiscal") == "中央财政"
    assert t(label_key(NeedKind.MEDICAL)) == "医疗"
    five = (NeedKind.MEDICAL, NeedKind.HOUSING, NeedKind.EDUCATION, NeedKind.EMPLOYMENT, NeedKind.SECURITY)
    assert "".join(t(f"{label_key(kind)}.short") for kind in five) == "医房学业保"


def test_every_province_has_a_name() -> None:
    """R8: the region of an identity number can be shown; 34 divisions, one permit, one sample."""
    assert len(PROVINCES) == 35
    assert all(has_text(province_key(f"{code}0000")) for code in {*PROVINCES, SAMPLE_PROVINCE})
    assert is_known("510000")
    assert not is_known("990101")
    assert is_known("990101", allow_sample_region=True)


def test_every_rule_has_a_title() -> None:
    """R1–R24: the supervisor reads what a passed rule checked."""
    assert sorted(DEFAULT_SEVERITY, key=lambda code: int(code[1:])) == [
        f"R{number}" for number in range(1, 25)
    ]
    assert all(has_text(f"rule.{code}.title") for code in DEFAULT_SEVERITY)


def test_amounts_travel_as_text_with_two_decimals() -> None:
    """S5: 1000 and 1000.0 are one amount on the wire."""
    body = msgspec.to_builtins(line(amount=Decimal("1000")))
    assert body["amount"] == "1000.00"
    assert msgspec.convert({**body, "amount": "1000.5"}, AidLine).amount == Decimal("1000.50")


@pytest.mark.parametrize("amount", ["NaN", "-1", "1.001", "1e99", "Infinity"])
def test_a_record_with_a_strange_amount_is_not_decoded(amount: str) -> None:
    """R10: what arrives broken goes to quarantine, not into the ledger."""
    body = msgspec.to_builtins(line())
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**body, "amount": amount}, AidLine)


def _floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_floats(one) for one in value.values())
    if isinstance(value, list):
        return any(_floats(one) for one in value)
    return isinstance(value, float)


def test_a_visit_travels_and_comes_back_equal() -> None:
    """DESIGN §4: the sealed body holds no floats and decodes to what was sealed."""
    body = visit(line(), photos=(photo(),))
    plain = msgspec.to_builtins(body)
    assert not _floats(plain)
    assert plain["started"]["device_time"] == "2027-01-10T11:00:00Z"
    assert msgspec.convert(plain, VisitBody) == body
    assert msgspec.json.decode(msgspec.json.encode(body), type=VisitBody) == body


def test_a_household_file_travels_and_comes_back_equal() -> None:
    """S1: the file a phone stores is the file the registry keeps."""
    assert msgspec.convert(msgspec.to_builtins(HOUSEHOLD), HouseholdFile) == HOUSEHOLD


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("campaign_id", "not-an-id"),
        ("household_id", None),
        ("note", "长" * 4001),
        ("place", {"latitude": 29.5, "longitude": "103.000000", "accuracy_m": 5}),
        ("place", {"latitude": "29.5", "longitude": "103.000000", "accuracy_m": 5}),
        ("needs", [{"kind": "medical", "severity": 4}]),
        ("result", "asleep"),
        ("aid", [msgspec.to_builtins(line())] * 2),
    ],
)
def test_a_malformed_visit_is_not_decoded(field: str, value: object) -> None:
    """DESIGN §4: what cannot be understood is named, never half taken."""
    plain = {**msgspec.to_builtins(visit()), field: value}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(plain, VisitBody)


def test_models_do_not_change() -> None:
    """R10: a signed line cannot be edited in place."""
    with pytest.raises(AttributeError):
        line().amount = Decimal(1)  # type: ignore[misc]
    assert receipt((line(),)).amount == Decimal("1000.00")
    assert aid(source=FundSource.DONATION).source is FundSource.DONATION
