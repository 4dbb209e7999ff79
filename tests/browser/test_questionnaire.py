"""五需评估 at a door without a network: touch, a killed phone, a photo, and the office reads it (S18, R12).

The browser edition at phone size with the sample county's own questionnaires, a real registry process that
is really stopped, SIGKILL in the middle of a page. What the office reads comes from its API.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic_ns

import pytest

from app.platform.native.crypto import NativeCrypto
from domain.codes import Role
from sync.client import Client
from sync.http import decode
from sync.identity import DeviceIdentity
from sync.protocol.forms import SurveyDetail, SurveyPage
from tests.browser.harness import drawn, hands
from tests.browser.harness.cadre import Cadre
from tests.browser.harness.office import RegistryProcess
from tests.browser.harness.phone import Phone

HOUSEHOLD = "谢霞"
WISH = "透析路远，想要车费"


@pytest.mark.timeout(900)
def test_a_questionnaire_all_the_way(
    office: RegistryProcess, new_phone: Callable[..., Phone], tmp_path: Path
) -> None:
    """Filled in offline by touch, killed in the middle, gone on with, photographed, handed in, read."""
    codes = office.seed()
    office.start()
    camera = drawn.as_video(drawn.doorplate("下坝村9组", "113号"), tmp_path / "door.mjpeg")
    phone = new_phone("cadre", camera=camera)
    phone.start()
    cadre = Cadre(phone, office.url)
    cadre.enrol(codes[Role.CADRE])
    hands.text(phone.page, re.compile("问卷和检查表"), timeout_s=90)
    office.stop()
    phone.offline()

    _begin(cadre)
    _medical(cadre)
    cadre.power_cut()
    _go_on(cadre)
    _photo(cadre)
    _rest(cadre)
    _hand_in(cadre)

    office.start()
    phone.offline(False)
    hands.press(phone.page, "记录", role="tab")
    hands.text(phone.page, re.compile(f"{HOUSEHOLD}.*记录和照片都到了"), timeout_s=180)
    _office_reads(office, codes[Role.SUPERVISOR])
    assert not phone.outside, "the app asked the outside world for something"


def _next(cadre: Cadre, page: int) -> None:
    """The big button; the next page is there."""
    hands.press(cadre.page, "下一页")
    hands.text(cadre.page, re.compile(f"第 {page} / "))


def _type(cadre: Cadre, label: str, value: str) -> None:
    """Into the field itself: the question around it carries the same words."""
    field = cadre.page.get_by_role("textbox", name=label).first
    field.wait_for(state="attached")
    cadre.reach(field)
    field.click()
    cadre.page.wait_for_timeout(150)
    field.fill(value)
    hands.until(lambda: field.input_value() == value, f"{label} takes {value!r}")


def _begin(cadre: Cadre) -> None:
    """From the household's page; which household it is, is not asked again."""
    cadre.find(HOUSEHOLD)
    cadre.press(re.compile(f"^{HOUSEHOLD}"))
    hands.text(cadre.page, "开始走访")
    cadre.press("填问卷")
    hands.press(cadre.page, "五需评估")
    hands.text(cadre.page, re.compile("第 1 / "))
    hands.text(cadre.page, re.compile(f"走访的是哪一户.*{HOUSEHOLD}"))
    _next(cadre, 2)
    hands.text(cadre.page, re.compile(f"{HOUSEHOLD}：下面逐项问"))
    _next(cadre, 3)


def _medical(cadre: Cadre) -> None:
    """A required question holds the page; its answer brings a page of details; words are no amount."""
    hands.press(cadre.page, "下一页")
    hands.text(cadre.page, "这一题要填。")
    hands.press(cadre.page, "比较难")
    hands.text(cadre.page, re.compile("/ 12 页"))
    _next(cadre, 4)
    hands.press(cadre.page, "慢性病", role="checkbox")
    _type(cadre, "近一年自己掏的医药费（元）", "两三万")
    hands.press(cadre.page, "下一页")
    hands.text(cadre.page, "这里填数字")
    _type(cadre, "近一年自己掏的医药费（元）", "23000")
    _type(cadre, "本人的愿望", WISH)


def _go_on(cadre: Cadre) -> None:
    """The unfinished one stands on the home screen and opens where it was left, answers and all."""
    cadre.press(re.compile("五需评估.*填了一半"))
    hands.text(cadre.page, re.compile("第 4 / 12 页"), timeout_s=30)
    hands.text(cadre.page, "医：具体情况")
    field = cadre.page.get_by_role("textbox", name="本人的愿望").first
    cadre.reach(field)
    field.click()
    hands.until(lambda: field.input_value() == WISH, "the wish was kept")


def _photo(cadre: Cadre) -> None:
    cadre.press("拍照")
    shutter = hands.by_id(cadre.page, "q-shoot")
    shutter.wait_for(state="attached", timeout=30_000)
    hands.until(lambda: shutter.get_by_role("button").first.is_enabled(), "the camera is on", timeout_s=30)
    hands.tap(cadre.page, shutter)
    hands.by_id(cadre.page, "q-/data/medical/medical_more/medical_photo:preview").wait_for(
        state="attached", timeout=60_000
    )


def _rest(cadre: Cadre) -> None:
    """Four needs that are none, the cause, consent; then the list of all questions shows it in words."""
    for page in (5, 6, 7, 8):
        _next(cadre, page)
        hands.press(cadre.page, "没有")
    _next(cadre, 9)
    hands.press(cadre.page, re.compile("最主要的致困原因"))
    hands.press(cadre.page, "本人或家人患病")
    _next(cadre, 10)
    _next(cadre, 11)
    hands.text(cadre.page, re.compile("共 1 项困难，困难程度合计 2。"))
    hands.tap(cadre.page, hands.by_id(cadre.page, "form-menu"))
    hands.press(cadre.page, "全部题目", role="menuitem")
    hands.text(cadre.page, re.compile("医方面有多难.*比较难"))
    hands.press(cadre.page, "要补的")
    hands.press(cadre.page, re.compile("已告诉本人"))
    hands.text(cadre.page, re.compile("第 12 / 12 页"))
    hands.press(cadre.page, re.compile("检查一遍"))
    hands.text(cadre.page, "这一题要填。")
    hands.tap(cadre.page, hands.by_id(cadre.page, "q-/data/consent"))


def _hand_in(cadre: Cadre) -> None:
    hands.press(cadre.page, re.compile("检查一遍"))
    hands.text(cadre.page, "该填的都填了")
    hands.press(cadre.page, "提交")
    hands.text(cadre.page, "已存好")
    hands.press(cadre.page, "好")
    hands.text(cadre.page, re.compile("交过一份|开始走访"))
    cadre.page.goto(f"{cadre.url}/app/#/")


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        return monotonic_ns()

    def boot_id(self) -> str:
        return "office"


def _office_reads(office: RegistryProcess, code: str) -> None:
    """A supervisor's device asks the API: every answer in the form's words, the photo received."""

    async def ask() -> SurveyDetail:
        client = Client(office.url, DeviceIdentity.create(NativeCrypto()), _Clock())
        try:
            await client.enrol(code, "office")
            page = decode(await client.call("GET", "/v1/surveys?form_id=five_needs"), SurveyPage)
            assert page.total == 1
            return decode(await client.call("GET", f"/v1/surveys/{page.rows[0].id}"), SurveyDetail)
        finally:
            await client.aclose()

    with ThreadPoolExecutor(1) as apart:  # Playwright's own event loop lives in this thread
        detail = apart.submit(lambda: asyncio.run(ask())).result()
    said = {line.path.rpartition("/")[2]: line for line in detail.lines if line.kind == "question"}
    assert said["medical_level"].text == "比较难"
    assert said["medical_who"].text == "慢性病"
    assert said["medical_paid"].value == "23000"
    assert said["medical_wish"].text == WISH
    assert said["cause"].text == "本人或家人患病"
    assert said["medical_photo"].sha256 is not None
    assert said["medical_photo"].received
    assert detail.chain.verified
