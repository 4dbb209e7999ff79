"""One visit for a supervisor, as sentences: chain, time, place, money, photos, rules, file (S9, R8–R12)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from office_world import (
    NOW,
    event,
    make_body,
    make_chain,
    make_detail,
    make_household,
    make_row,
)

from app.actions.office_reveal_field import Hidden
from app.lang import set_language, t
from app.lang.build import build
from app.views.office.audit_state import copied, recomputed, sealed_text
from app.views.office.checks_state import checks_of
from app.views.office.file_state import facts_of
from app.views.office.marks import Mark, Masked
from app.views.office.money_state import aid_of, receipt_of
from app.views.office.photos_state import photos_of, waiting
from app.views.office.story_state import body_of, needs_of, place_of, time_of, who
from app.views.office.verdict_state import verdict
from domain.codes import Relation
from domain.models import Place, Proxy
from sync.protocol.messages import Check


@pytest.fixture(autouse=True)
def _chinese() -> None:
    build()
    set_language("zh_Hans")


def test_a_verified_chain_says_so_and_says_what_was_checked() -> None:
    """链条已验证, with hash, signature, certificate and the record before, each on its own."""
    look = verdict(make_chain())
    assert (look.mark, look.title) == (Mark.GOOD, "链条已验证")
    assert [link.mark for link in look.links] == [Mark.GOOD] * 4


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"hash_ok": False}, "内容与指纹不一致"),
        ({"signature_ok": False}, "手机签名无效"),
        ({"certificate_ok": False}, "手机证书不对"),
        ({"prev_ok": False}, "与上一条接不上"),
    ],
)
def test_a_broken_chain_names_what_failed(broken: dict[str, bool], words: str) -> None:
    """Never just "invalid": the header says which link does not hold."""
    look = verdict(make_chain(verified=False, **broken))
    assert look.mark is Mark.BAD
    assert words in look.hint


def test_a_record_before_that_has_not_arrived_is_no_forgery() -> None:
    """Unknown is not wrong: it says which number is still missing."""
    look = verdict(make_chain(verified=False, prev_ok=None, gaps=[4, 5, 6]))
    assert look.mark is Mark.LOOK
    assert [link.text for link in look.links if link.mark is Mark.LOOK] == [
        "上一条（第 6 条）还没送到",
        "还缺 3 条：第 4、5、6 条",
    ]


def test_a_chain_the_registry_does_not_call_verified_is_never_shown_as_verified() -> None:
    """Even if every link looked fine."""
    assert verdict(make_chain(verified=False)).mark is Mark.LOOK


def test_the_time_that_can_be_proved_stands_before_what_the_phone_said() -> None:
    """Both bounds in local time; the length by the monotonic clock."""
    detail = make_detail(make_row(1))
    look = time_of(detail, body_of(detail))
    assert look.proved == "2027年1月20日 16:30:00 之后，18:30:00 之前"
    assert look.length == "35 分钟"
    assert look.clock.mark is Mark.GOOD


@pytest.mark.parametrize(
    ("off", "words"),
    [(timedelta(days=3, hours=2), "快了至少 3 天"), (timedelta(days=-400, hours=-2), "慢了至少 400 天")],
)
def test_a_wrong_phone_clock_is_noticed(off: timedelta, words: str) -> None:
    """The hint says by how much at least, and which time counts."""
    detail = make_detail(make_row(1))
    moved = msgspec.to_builtins(event(36, off=off))
    look = time_of(msgspec.structs.replace(detail, head={**detail.head, "event_time": moved}), None)
    assert look.clock.mark is Mark.LOOK
    assert words in look.clock.text


def test_without_a_signed_time_only_the_latest_bound_is_claimed() -> None:
    """A phone that never met the registry before proves no earliest time."""
    detail = make_detail(make_row(1), earliest=None)
    assert time_of(detail, None).proved == "2027年1月20日 18:30:00 之前"


def test_the_place_is_compared_with_the_household() -> None:
    """At the door within the accuracy; 3 km away is measured, not judged; a mock location is bad."""
    near = place_of(make_detail(make_row(1)), make_body())
    assert near.lines[0].mark is Mark.GOOD
    assert near.address == "青山县城关镇河西社区3 栋"
    far = make_body(place=Place(latitude="29.530000", longitude="103.700000", accuracy_m=150, mocked=True))
    look = place_of(make_detail(make_row(1)), far)
    assert look.lines[0].text == "离登记住址 3.3 公里"
    assert look.lines[1].mark is Mark.LOOK, "150 m says little about a door"
    assert look.lines[2].mark is Mark.BAD


def test_no_place_is_said() -> None:
    """A visit without a fix is not shown as near."""
    assert place_of(make_detail(make_row(1)), make_body(place=None)).lines[0].text == "没有定位"


def test_the_receipt_is_checked_again_on_this_screen() -> None:
    """R10: digits against capitals, and against the lines."""
    detail = make_detail(make_row(1))
    body = make_body()
    look = receipt_of(body, detail.media)
    assert look is not None
    assert (look.amount, look.capitals) == ("¥1,000.00", "人民币壹仟元整")
    assert [line.mark for line in look.lines] == [Mark.GOOD, Mark.GOOD]
    assert look.signatures[0].received
    assert body.receipt is not None
    receipt = msgspec.structs.replace(body.receipt, amount=Decimal("9000.00"))
    forged = receipt_of(msgspec.structs.replace(body, receipt=receipt), detail.media)
    assert forged is not None
    assert [line.mark for line in forged.lines] == [Mark.BAD, Mark.BAD]


def test_a_proxy_signature_is_always_worth_a_look() -> None:
    """R11: who signed, as what, and that the reason is missing."""
    body = make_body()
    assert body.receipt is not None
    proxy = Proxy(name="王大力", relation=Relation.SPOUSE, id_number="990101********0046")
    receipt = msgspec.structs.replace(body.receipt, proxy=proxy)
    look = receipt_of(msgspec.structs.replace(body, receipt=receipt), [])
    assert look is not None
    assert look.proxy is not None
    assert "王大力" in look.proxy.text
    assert look.proxy.hint == "没有写代签原因"


def test_a_whole_identity_number_is_masked_here_too() -> None:
    """Should a registry ever send it whole, this screen does not show it."""
    line = make_body().aid[0]
    whole = msgspec.structs.replace(
        line, beneficiary=msgspec.structs.replace(line.beneficiary, id_number="990101196803120046")
    )
    look = aid_of(make_body(aid=(whole,)), "id", {})[0]
    assert "19680312" not in look.number
    assert look.masked is not None
    assert look.account == "农信社，尾号 2230，户名 王秀英"


def test_a_revealed_number_is_shown_where_it_was_masked() -> None:
    """What was asked for with a reason replaces the stars; nothing else does."""
    body = make_body()
    hidden = Hidden("visit", "id", "body.aid.0.beneficiary.id_number")
    look = aid_of(body, "id", {hidden: "990101196803120046"})[0]
    assert (look.number, look.masked) == ("990101196803120046", None)


def test_photos_that_have_not_arrived_are_told_from_those_that_have() -> None:
    """The thumbnail shows at once; "not arrived yet" is no failure; album pictures are marked (R12)."""
    detail = make_detail(make_row(1))
    first, second = photos_of(detail, body_of(detail), NOW)
    assert (first.small, first.full) == (first.thumb, first.key)
    assert (second.small, second.full) == ("", "")
    assert second.note is not None
    assert waiting((first, second)) == 1


def test_failed_rules_come_first_in_a_cadres_words() -> None:
    """Failures with their sentence, passes once each, what does not apply not at all."""
    few = {"present": "1", "needed": "2"}
    checks = [
        Check(code="R1", outcome="pass", severity="block", message_id="rule.R1"),
        Check(code="R1", outcome="pass", severity="block", message_id="rule.R1"),
        Check(code="R2", outcome="not_applicable", severity="block", message_id="rule.R2"),
        Check(code="R9", outcome="fail", severity="warn", message_id="rule.R9", params=few),
        Check(code="R8", outcome="fail", severity="block", message_id="error.id_checksum"),
        Check(code="R13", outcome="fail", severity="off", message_id="rule.R13"),
    ]
    look = checks_of(checks)
    assert [(one.code, one.mark) for one in look.open] == [("R8", Mark.BAD), ("R9", Mark.LOOK)]
    assert "只有 1 人，至少要 2 人" in look.open[1].text
    assert [one.code for one in look.passed] == ["R1"]
    assert look.title == "有 2 处要核实"
    assert checks_of(checks[:2]).title == "各项规定都符合"


def test_needs_come_gravest_first_in_the_households_words() -> None:
    """S18: none is left out silently except "no need"."""
    look = needs_of(make_body())
    assert [one.severity for one in look] == ["非常困难", "有些困难"]
    assert look[0].wish == "药费太贵"


def test_masked_facts_can_be_asked_for_and_health_is_hidden() -> None:
    """DOMAIN §7: numbers masked, health left out by the registry, each with what to ask for."""
    detail = make_detail(make_row(1))
    facts = {fact.label: fact for fact in facts_of(detail, {})}
    own = make_household()["id"]
    assert facts["身份证号"].masked == Masked("身份证号", Hidden("household", own, "worker.id_number"))
    assert facts["健康状况"].value == "•••"
    assert facts["困难类别"].masked is None
    assert "残疾等级" not in facts, "what is neither there nor left out is not shown"
    seen = facts_of(detail, {Hidden("household", own, "worker.health"): "serious"})
    health = next(fact for fact in seen if fact.label == "健康状况")
    assert (health.value, health.masked) == (t("code.health.serious"), None)


def test_the_sealed_text_needs_a_reason() -> None:
    """The bytes hold identity numbers: an auditor asks for them, and it is logged."""
    detail = make_detail(make_row(1))
    asked = sealed_text(detail, {})
    assert isinstance(asked, Masked)
    assert sealed_text(detail, {asked.hidden: detail.record.record}) == detail.record.record
    assert recomputed(detail, detail.record.record).mark is Mark.GOOD
    assert recomputed(detail, detail.record.record + " ").mark is Mark.BAD
    assert detail.record.hash in copied(detail)
    assert detail.record.record not in copied(detail)


def test_a_record_whose_body_cannot_be_read_still_has_a_page() -> None:
    """Quarantined bodies keep their chain, time and attachments."""
    detail = make_detail(make_row(1))
    broken = msgspec.structs.replace(detail, head={**detail.head, "body": {"visitors": 7}})
    assert body_of(broken) is None
    assert time_of(broken, None).device == "未填"
    assert len(photos_of(broken, None, NOW)) == len(detail.media)


def test_who_came_and_why_only_one() -> None:
    """R9: names with posts, and the reason when there was one visitor."""
    look = who(make_body(few_visitors_reason="同事生病"))
    assert look.visitors == ("李建国（干事）", "张敏")
    assert look.reason == "同事生病"
    assert look.result.mark is Mark.GOOD
