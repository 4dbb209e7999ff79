"""Amounts: what is read, what is refused and why, and the amount in capitals (S2, R10)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.capitals import capitals, capitals_match, from_capitals
from domain.errors import InputError
from domain.money import LARGEST_AMOUNT, format_yuan, parse_yuan, total, yuan

fen = st.integers(min_value=0, max_value=10**18 - 1)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1000", "1000.00"),
        (" 1000 ", "1000.00"),
        ("1000.5", "1000.50"),
        ("0.01", "0.01"),
        ("0500", "500.00"),
        ("１０００．５０", "1000.50"),
        ("1000。5", "1000.50"),
        ("1000000", "1000000.00"),
    ],
)
def test_plain_amounts_are_read(typed: str, amount: str) -> None:
    """S2: digits are read however the keyboard wrote them, always with two decimals."""
    assert str(parse_yuan(typed)) == amount


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "amount_missing"),
        ("   ", "amount_missing"),
        ("1,000元", "amount_has_separators"),
        ("1,000", "amount_has_separators"),
        ("1，000.50", "amount_has_separators"),
        ("1 000", "amount_has_separators"),
        ("1000元", "amount_has_unit"),
        ("¥1000", "amount_has_unit"),
        ("5万", "amount_has_unit"),
        ("-5", "amount_negative"),
        ("－5", "amount_negative"),
        ("−5", "amount_negative"),
        ("1e9", "amount_not_a_number"),
        ("NaN", "amount_not_a_number"),
        ("Infinity", "amount_not_a_number"),
        ("一千", "amount_not_a_number"),
        ("1²", "amount_not_a_number"),
        ("٣", "amount_not_a_number"),
        ("5.", "amount_not_a_number"),
        (".5", "amount_not_a_number"),
        ("1.2.3", "amount_not_a_number"),
        ("0x10", "amount_not_a_number"),
        ("1_000", "amount_not_a_number"),
        ("10\n", "10.00"),
        ("1.005", "amount_too_precise"),
        ("1.000", "amount_too_precise"),
        ("0", "amount_zero"),
        ("0.00", "amount_zero"),
        ("1000000.01", "amount_too_large"),
        ("1000000000", "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
    ],
)
def test_every_bad_amount_has_its_own_answer(typed: str, code: str) -> None:
    """R10: a guess about money is worse than a question, so each kind of mistake is named."""
    try:
        answer = str(parse_yuan(typed))
    except InputError as refused:
        answer = refused.code
    assert answer == code


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_clear_refusal(typed: str) -> None:
    """R10: whatever is typed, the answer is an amount with two decimals or a code."""
    try:
        amount, code = parse_yuan(typed), None
    except InputError as refused:
        amount, code = None, refused.code
    if amount is None:
        assert code is not None
        assert code.startswith("amount_")
    else:
        assert amount > 0
        assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-0.01", "0.001", "1e30", "abc"])
def test_files_and_the_wire_bring_no_strange_amounts(value: str) -> None:
    """R10: an amount that no person could sign is refused when decoded, too."""
    with pytest.raises(InputError):
        yuan(value)


def test_amounts_are_shown_with_separators() -> None:
    """S5: sums read as on paper."""
    assert format_yuan(Decimal("1234567.5")) == "¥1,234,567.50"
    assert format_yuan(Decimal("-100")) == "-¥100.00"
    assert str(total([])) == "0.00"
    assert str(total([Decimal("0.10"), Decimal("0.20")])) == "0.30"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        # The examples of 《正确填写票据和结算凭证的基本规定》.
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角"),
        ("10", "人民币壹拾元整"),
        ("1000", "人民币壹仟元整"),
        ("3000.10", "人民币叁仟元零壹角"),
        ("10005", "人民币壹万零伍元整"),
        ("100000000", "人民币壹亿元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("1000000000000.01", "人民币壹万亿元零壹分"),
        ("1205000030400", "人民币壹万贰仟零伍拾亿零叁万零肆佰元整"),
    ],
)
def test_capitals_follow_the_banks_rule(amount: str, words: str) -> None:
    """R10: the amount in words is written as a bank accepts it."""
    assert capitals(Decimal(amount)) == words
    assert from_capitals(words) == Decimal(amount)


@given(fen)
@example(10**18 - 1)
@example(0)
def test_capitals_read_back_as_the_same_amount(cents: int) -> None:
    """R10: no two amounts share their words, up to 万亿."""
    amount = Decimal(cents).scaleb(-2)
    words = capitals(amount)
    assert from_capitals(words) == amount
    assert "零零" not in words
    assert ("整" in words) == (cents % 100 == 0)
    assert words.endswith("分") == (cents % 10 != 0)


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("壹仟陆佰捌拾元叁角贰分", "1680.32"),
        ("壹拾万零柒仟元伍角叁分", "107000.53"),
        ("人民币壹仟圆正", "1000"),
        ("伍角整", "0.50"),
    ],
)
def test_other_lawful_spellings_are_read(words: str, amount: str) -> None:
    """R10: what the rule leaves open is accepted on paper receipts keyed in later."""
    assert from_capitals(words) == Decimal(amount)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "元整",
        "拾元整",
        "壹佰零零伍元整",
        "壹佰伍元整",
        "壹仟元",
        "一千元整",
        "壹仟元整整",
        "壹元伍分",
        "壹万万元整",
    ],
)
def test_unlawful_words_are_refused(words: str) -> None:
    """R10: words that a bank would send back are not guessed at."""
    with pytest.raises(InputError, match="capitals_unreadable"):
        from_capitals(words)


def test_changed_words_do_not_match() -> None:
    """R10: one changed character in the words is noticed."""
    assert capitals_match("人民币壹仟元整", Decimal(1000))
    assert not capitals_match("人民币贰仟元整", Decimal(1000))
    assert not capitals_match("壹千", Decimal(1000))


def test_beyond_the_largest_amount_there_are_no_words() -> None:
    """R10: an absurd amount is refused instead of written wrongly."""
    assert from_capitals(capitals(LARGEST_AMOUNT)) == LARGEST_AMOUNT
    with pytest.raises(InputError, match="amount_too_large"):
        capitals(LARGEST_AMOUNT + 1)
