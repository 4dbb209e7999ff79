"""One visit, all the way: from a phone with no signal to the supervisor's screen (issue section B).

The browser edition at phone size, a real registry process that is really stopped, SIGKILL at every step,
touch events for the signatures, a fake camera. Proves S1, S15, S18, S25; R1-R4, R8-R10 as a person sees them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.codes import Role
from tests.browser.harness import hands
from tests.browser.harness.cadre import Cadre
from tests.browser.harness.office import RegistryProcess
from tests.browser.harness.phone import Phone

HOUSEHOLD = "谢霞"
COLLEAGUE = "孙林华"


@pytest.mark.timeout(900)
def test_one_visit_all_the_way(
    office: RegistryProcess, new_phone: Callable[..., Phone], tmp_path: Path
) -> None:
    """Enrol, lose the network, visit, be killed at every step, sign; it arrives untouched and is checked."""
    codes = office.seed()
    office.start()
    phone = new_phone("cadre")
    phone.start()
    cadre = Cadre(phone, office.url)
    cadre.enrol(codes[Role.CADRE])
    hands.text(phone.page, re.compile("还有 31 户没走到"), timeout_s=60)
    name = _own_name(cadre)

    office.stop()
    assert not office.answers()
    cadre.power_cut()
    hands.text(phone.page, re.compile("还有 31 户没走到"))

    _find_four_ways(cadre)
    _meet(cadre)
    _photos(cadre, tmp_path)
    _needs(cadre)
    _aid(cadre)
    _sign(cadre, name)
    _finish(cadre)

    office.start()
    phone.offline(False)
    hands.text(phone.page, re.compile("记录和照片都到了"), timeout_s=90)  # with no tap
    _supervisor_sees_it(office, new_phone("supervisor"), codes[Role.SUPERVISOR], name)
    assert not phone.outside, "the app asked the outside world for something"


def _own_name(cadre: Cadre) -> str:
    greeting = hands.text(cadre.page, re.compile("好，")).text_content() or ""
    found = re.search(r"好，(\S+?)(?=\s|20|$)", greeting)
    assert found, greeting
    return found[1]


def _find_four_ways(cadre: Cadre) -> None:
    """By name, pinyin initials, address and the tail of the identity number."""
    for words in ("谢霞", "xx", "下坝村9组113号", "7300"):
        cadre.find(words)
        hands.text(cadre.page, re.compile(f"^{HOUSEHOLD}"))
    cadre.press(re.compile(f"^{HOUSEHOLD}"))


def _meet(cadre: Cadre) -> None:
    hands.press(cadre.page, "开始走访")
    hands.text(cadre.page, re.compile("已定位，误差约"), timeout_s=30)
    cadre.press("见到了")
    cadre.power_cut()
    cadre.carry_on(HOUSEHOLD)
    assert cadre.step_is("见面")
    cadre.press("添加同行的人")
    cadre.press(COLLEAGUE)
    hands.text(cadre.page, COLLEAGUE)
    cadre.next_step()


def _photos(cadre: Cadre, folder: Path) -> None:
    """Files that are no photos are refused in words and nothing hangs; then the camera."""
    cadre.press("门牌")
    words, film = folder / "note.jpg", folder / "film.jpg"
    words.write_bytes(b"not a picture" * 50)
    with film.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    cadre.from_album(words)
    hands.text(cadre.page, re.compile("不是照片"))
    cadre.from_album(film)
    hands.text(cadre.page, re.compile("200 MB"))
    cadre.photograph()
    cadre.power_cut()
    cadre.carry_on(HOUSEHOLD)
    assert cadre.step_is("照片")
    hands.text(cadre.page, re.compile("门牌照片，编号"))
    cadre.next_step()


def _needs(cadre: Cadre) -> None:
    cadre.press("较重", nth=0)
    cadre.write("对方的原话、想法", "透析路远，想要车费")
    cadre.power_cut()
    cadre.carry_on(HOUSEHOLD)
    assert cadre.step_is("五需")
    field = cadre.page.get_by_role("textbox", name="对方的原话、想法").first
    field.click()
    hands.until(lambda: field.input_value() == "透析路远，想要车费", "the wish was kept")
    cadre.press(re.compile("^其余"))
    cadre.next_step()


def _aid(cadre: Cadre) -> None:
    """Cash from a cadre and goods from central money are stopped in words; the amount is read strictly."""
    page = cadre.page
    cadre.press("发放慰问金或慰问品")
    cadre.press("现金")
    cadre.choose("哪一类", "生活救助")
    cadre.choose("资金来源", "地方财政")
    for wrong, said in [("1,000元", "不要加逗号"), ("-5", "大于 0|负"), ("1e9", "只能|数字")]:
        cadre.write("金额", wrong)
        hands.text(page, re.compile(said))
    cadre.write("金额", "1280")
    hands.text(page, re.compile("人民币壹仟贰佰捌拾元整"))
    hands.text(page, re.compile("只有慰问团入户慰问才能发现金"))
    cadre.press(re.compile("^慰问品"))
    cadre.choose("资金来源", "中央财政")
    hands.text(page, re.compile("中央、省级财政资金不能发实物"))
    cadre.press("银行转账")
    cadre.choose("资金来源", "地方财政")
    cadre.power_cut()
    cadre.carry_on(HOUSEHOLD)
    assert cadre.step_is("慰问")
    hands.text(cadre.page, re.compile("人民币壹仟贰佰捌拾元整"))
    assert not hands.has_text(cadre.page, "只有慰问团入户慰问才能发现金")
    cadre.next_step()


def _sign(cadre: Cadre, name: str) -> None:
    cadre.press("锁定金额，请对方签收")
    hands.text(cadre.page, re.compile("慰问款物签收单"))
    cadre.sign_as(HOUSEHOLD, finish=False)
    cadre.power_cut()  # in the middle of signing: the strokes are there
    cadre.carry_on(HOUSEHOLD)
    cadre.press(re.compile(f"^请{HOUSEHOLD}签名"))
    hands.by_id(cadre.page, "signature-pad").wait_for(state="attached")
    cadre.page.wait_for_timeout(800)
    cadre.signed()
    cadre.sign_as(name)
    cadre.sign_as(COLLEAGUE)
    hands.text(cadre.page, re.compile(f"{COLLEAGUE}已签名"))
    cadre.next_step()


def _finish(cadre: Cadre) -> None:
    cadre.power_cut()
    cadre.carry_on(HOUSEHOLD)
    assert cadre.step_is("完成")
    hands.press(cadre.page, "完成走访")
    hands.text(cadre.page, re.compile("已存好"))
    hands.text(cadre.page, re.compile("存在手机里，等有网时上传|正在上传"))
    cadre.power_cut()  # sealed is sealed
    hands.text(cadre.page, re.compile("还有 30 户没走到"))
    hands.press(cadre.page, "记录", role="tab")
    hands.text(cadre.page, re.compile(f"{HOUSEHOLD}.*已存在手机里，等着上传"))


def _supervisor_sees_it(office: RegistryProcess, phone: Phone, code: str, cadre_name: str) -> None:
    phone.start()
    supervisor = Cadre(phone, office.url)
    supervisor.enrol(code)
    row = phone.page.get_by_role("button", name=re.compile("QS20230026"))
    row.wait_for(state="attached", timeout=60_000)
    said = row.text_content() or row.get_attribute("aria-label") or ""
    hands.tap(phone.page, row)
    page = phone.page
    hands.text(page, re.compile("链条已验证"), timeout_s=30)
    for words in (
        f"走访人 {cadre_name}",
        "照片 1：门牌",
        "人民币壹仟贰佰捌拾元整",
        "大小写一致",
        f"{HOUSEHOLD}的签名",
        f"{COLLEAGUE}的签名",
        "可以证明的时间",
        "离登记住址",
    ):
        hands.text(page, re.compile(words))
    hands.press(page, "通过")
    hands.until(lambda: not said or not hands.has_text(page, "正在提交"), "the verdict was taken")
