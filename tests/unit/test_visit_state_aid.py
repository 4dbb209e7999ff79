"""One aid line as it is typed: errors under the field, capitals, what the rules say (R1, R3, R10)."""

from decimal import Decimal

import msgspec
import pytest
from visit_steps import with_aid
from visit_world import World, make_world

from app.actions.aid_line import line_gaps, sum_of
from app.actions.drafts import need_draft
from app.actions.hand_over_aid import set_reason
from app.actions.visit_context import check
from app.actions.visit_draft import AidDraft
from app.views.visit.aid_state import amount_problem, capitals_line, findings, may_lock, type_choices
from domain.models import BankAccount
from domain.rules import Phase


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


def line(**more) -> AidDraft:
    return AidDraft(
        **{"id": "a", "form": "bank", "source": "donation", "type": "living", "amount": "1000", **more}
    )


@pytest.mark.parametrize(
    "typed", ["1,000元", "-5", "1e9", "一千", "1000000.01", "0", "12.345", "1000000000000"]
)
def test_a_bad_amount_has_a_sentence_and_no_capitals(typed):
    """R10: money is never guessed; the sentence stands under the field and the line is not whole."""
    bad = line(amount=typed)
    assert amount_problem(bad)
    assert "error." not in amount_problem(bad)
    assert "人民币" not in capitals_line(bad)
    assert line_gaps(bad) == ["amount"]


def test_an_empty_amount_is_no_error_yet():
    """Nobody is told off before typing."""
    assert amount_problem(line(amount="")) is None
    assert line_gaps(line(amount="")) == ["amount"]


def test_capitals_are_shown_as_it_is_typed():
    """R10: 大写 stands beside the digits at once."""
    assert "人民币壹拾万柒仟元零伍角叁分" in capitals_line(line(amount="107000.53"))


def test_goods_need_a_name_and_a_number():
    """S4: what was handed over is countable."""
    assert line_gaps(line(form="in_kind", item="", quantity="0")) == ["item", "quantity"]
    assert line_gaps(line(form="in_kind", item="大米", quantity="2")) == []
    assert line_gaps(line(form="in_kind", item="大米", quantity="两袋")) == ["quantity"]


def test_a_service_has_only_its_own_type():
    """S35."""
    assert [value for value, _ in type_choices(line(form="service"))] == ["service"]
    assert "service" not in [value for value, _ in type_choices(line())]


def test_unreadable_lines_count_nothing():
    """The sum shows what is really typed."""
    assert sum_of([line(), line(amount="x"), line(amount="0.50")]) == Decimal("1000.50")


async def test_cash_from_a_cadre_blocks_in_words(world):
    """R3: the finding stops signing and says what to do."""
    visit_id = await with_aid(world, form="cash")
    draft = need_draft(world.services, visit_id)
    results = check(world.services, draft, Phase.BEFORE_SIGNING)
    found = findings(draft, results, draft.aids[0].id)
    assert [one.rule for one in found if one.blocks] == ["R3"]
    assert "银行转账" in found[0].text
    assert not may_lock(draft, results)


async def test_a_delegate_may_give_cash(tmp_path):
    """R3, S12: with a delegation cash passes, and its greetings are brought along."""
    world = make_world(tmp_path / "delegate", delegate=True)
    visit_id = await with_aid(world, form="cash")
    draft = need_draft(world.services, visit_id)
    assert may_lock(draft, check(world.services, draft, Phase.BEFORE_SIGNING))
    assert draft.aid_on_behalf_of == "县委县政府"


async def test_a_warning_wants_a_reason_first(world):
    """R8: a bank number with a wrong check digit only warns, and a short reason lets the cadre go on."""
    bank = BankAccount(bank="农信社", branch="青山支行", number="6222020200112231", holder="王秀英")
    world.put_household(msgspec.structs.replace(world.household, bank=bank))
    visit_id = await with_aid(world)
    draft = need_draft(world.services, visit_id)
    results = check(world.services, draft, Phase.BEFORE_SIGNING)
    warned = [one for one in findings(draft, results, draft.aids[0].id) if not one.blocks]
    assert [one.rule for one in warned] == ["R8"]
    assert not may_lock(draft, results)
    draft = set_reason(world.services, visit_id, draft.aids[0].id, "R8", "老存折，卡号核对过")
    assert may_lock(draft, results)
