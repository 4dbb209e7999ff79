"""The README's pictures, from the running product: ``python -m tests.browser.screenshots [--out FOLDER]``.

A real registry with the sample county, a real phone edition, one visit without a network and its way to the
supervisor. ``--size``, ``--text`` and ``--largest`` show the same on a small phone or in large text.
"""

from __future__ import annotations

import io
import math
import random
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright

from domain.codes import Role
from registry.cli.web_build import build
from registry.service.sample_county import make_county
from tests.browser.harness import drawn, hands
from tests.browser.harness.cadre import Cadre
from tests.browser.harness.office import RegistryProcess
from tests.browser.harness.phone import CHROMIUM, Phone

ROOT = Path(__file__).resolve().parents[2]
HOUSEHOLD, NUMBER, COLLEAGUE = "谢霞", "QS20230026", "孙林华"
NEIGHBOUR = "龚荣莲"
LIMIT = 150_000
"""Bytes: a README that opens on a phone's plan."""
WIDTH = 585
"""Pixels of a phone's picture; a desk's keeps its 1280."""


@dataclass
class Album:
    """Where the pictures go; each one quantized until it is small."""

    folder: Path
    full: bool = False

    def also(self, page: Page, name: str) -> None:
        """One that only who judges the screens wants to see."""
        if self.full:
            self.take(page, name)

    def take(self, page: Page, name: str) -> None:
        """folder/name.png of what stands on the screen, after it has come to rest."""
        page.wait_for_timeout(900)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        size = page.viewport_size
        assert size is not None
        if size["width"] < 700:
            height = round(picture.height * WIDTH / picture.width)
            picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
        data = _small(picture)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.png").write_bytes(data)
        click.echo(f"{name}.png {len(data) // 1000} kB")


def _small(picture: Image.Image) -> bytes:
    """As a palette PNG of at most LIMIT bytes, with as many colours as that allows."""
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LIMIT:
            break
    return out.getvalue()


def enrol(cadre: Cadre, code: str, album: Album, *, largest: bool) -> str:
    """From the one-time link to the list of households; returns the cadre's own name."""
    hands.open_app(cadre.page, f"{cadre.url}/app/#/enrol?code={code}")
    hands.text(cadre.page, "开始使用")
    album.take(cadre.page, "01-enrol")
    hands.press(cadre.page, "开始使用")
    greeting = hands.text(cadre.page, re.compile("好，"), timeout_s=60).text_content() or ""
    hands.text(cadre.page, re.compile("还有 31 户没走到"), timeout_s=60)
    me(cadre, album, largest=largest)
    album.also(cadre.page, "13-home-first")
    found = re.search(r"好，(\S+?)(?=\s|20|$)", greeting)
    assert found, greeting
    return found[1]


def me(cadre: Cadre, album: Album, *, largest: bool) -> None:
    """The third tab, where the text grows; and back to the first."""
    hands.press(cadre.page, "我的", role="tab")
    if largest:
        cadre.press("最大")
    album.also(cadre.page, "14-me")
    hands.press(cadre.page, "走访", role="tab")


def meet(cadre: Cadre, album: Album) -> None:
    """Find the household, look at its file, start, say who came."""
    cadre.find("xx")
    cadre.press(re.compile(f"^{HOUSEHOLD}"))
    hands.text(cadre.page, "开始走访")
    album.take(cadre.page, "03-household")
    hands.press(cadre.page, "开始走访")
    hands.text(cadre.page, re.compile("已定位"), timeout_s=30)
    cadre.press("见到了")
    cadre.press("添加同行的人")
    cadre.press(COLLEAGUE)
    album.also(cadre.page, "15-meet")
    cadre.next_step()


def photos(cadre: Cadre, album: Album, goods: Path) -> None:
    """The door-plate with the camera, what was brought from the album."""
    page = cadre.page
    hands.tap(page, hands.by_id(page, "photo-consent"))
    cadre.press("门牌")
    cadre.photograph()
    cadre.press("慰问品")
    with page.expect_file_chooser() as chooser:
        cadre.press("从相册选")
    chooser.value.set_files(str(goods))
    hands.text(page, re.compile("慰问品照片，编号"), timeout_s=60)
    album.take(page, "04-photos")
    cadre.next_step()
    cadre.press("较重", nth=0)
    cadre.press(re.compile("^其余"))
    album.also(page, "16-needs")
    cadre.next_step()


def aid(cadre: Cadre, album: Album) -> None:
    """Cash that a cadre may not hand over, said in words; then a transfer, and the receipt."""
    page = cadre.page
    cadre.press("发放慰问金或慰问品")
    cadre.choose("哪一类", "生活救助")
    cadre.choose("资金来源", "地方财政")
    cadre.press("现金")
    cadre.write("金额", "1280")
    hands.text(page, re.compile("人民币壹仟贰佰捌拾元整"))
    hands.text(page, re.compile("只有慰问团入户慰问才能发现金"))
    cadre.reach(
        page.get_by_label(re.compile("只有慰问团")).or_(page.get_by_text(re.compile("只有慰问团"))).last
    )
    album.take(page, "05-aid-rule")
    cadre.press("银行转账")
    hands.until(lambda: not hands.has_text(page, "只有慰问团"), "the rule is kept")
    album.also(page, "17-aid")
    cadre.next_step()
    cadre.press("锁定金额，请对方签收")
    hands.text(page, re.compile("慰问款物签收单"))
    album.take(page, "06-receipt")


def handwriting(cadre: Cadre, name: str) -> None:
    """Two characters' worth of running hand on the pad: loops that drift along, and a long last stroke."""
    cadre.press(re.compile(f"^请{name}签名"))
    pad = hands.by_id(cadre.page, "signature-pad")
    pad.wait_for(state="attached")
    cadre.page.wait_for_timeout(800)
    box = pad.bounding_box()
    assert box is not None, "no signature pad"
    dice = random.Random(name)
    wide, middle = box["width"], box["y"] + box["height"] * 0.55
    for left in (0.16, 0.5):
        turns, tall = dice.uniform(2.2, 3.4), dice.uniform(0.1, 0.16)
        loop = []
        for step in range(45):
            along, angle = step / 44, step / 44 * turns * math.tau
            x = box["x"] + wide * (left + 0.24 * along + 0.05 * math.cos(angle * 0.9))
            y = middle - wide * tall * (1.5 - along) * math.sin(angle)
            loop.append((x, y + wide * 0.05 * math.sin(along * 5)))
        hands.touch(cadre.page, loop, pause_ms=6)
    start = (box["x"] + wide * 0.62, middle - wide * 0.2)
    tail = [(start[0] + wide * 0.25 * t, start[1] + wide * (0.5 * t - 0.22 * t * t)) for t in _steps(18)]
    hands.touch(cadre.page, tail, pause_ms=6)
    cadre.page.wait_for_timeout(600)


def _steps(count: int) -> list[float]:
    return [step / count for step in range(count + 1)]


def sign(cadre: Cadre, album: Album, name: str) -> None:
    """Three names, the recipient's first."""
    handwriting(cadre, HOUSEHOLD)
    album.take(cadre.page, "07-sign")
    cadre.signed()
    for one in (name, COLLEAGUE):
        handwriting(cadre, one)
        cadre.signed()
    album.also(cadre.page, "18-signed")
    cadre.next_step()
    album.also(cadre.page, "19-finish")
    hands.press(cadre.page, "完成走访")
    hands.text(cadre.page, re.compile("已存好"))
    album.take(cadre.page, "08-done")


def records(cadre: Cadre, album: Album) -> None:
    """Back in the network: the four steps fill by themselves."""
    hands.press(cadre.page, "回首页，下一户")
    cadre.phone.offline(False)
    hands.press(cadre.page, "记录", role="tab")
    hands.text(cadre.page, re.compile("记录和照片都到了"), timeout_s=90)
    album.take(cadre.page, "09-records")
    hands.press(cadre.page, "走访", role="tab")
    hands.text(cadre.page, re.compile("还有 30 户没走到"))
    album.take(cadre.page, "02-home")


def questionnaire(cadre: Cadre, album: Album) -> None:
    """五需评估 of another household: a page of several questions, and the list of all."""
    page = cadre.page
    cadre.find(NEIGHBOUR)
    cadre.press(re.compile(f"^{NEIGHBOUR}"))
    cadre.press("填问卷")
    hands.press(page, "五需评估")
    for place in (2, 3):
        hands.text(page, re.compile(f"第 {place - 1} / "))
        hands.press(page, "下一页")
    hands.text(page, re.compile("第 3 / "))
    hands.press(page, "比较难")
    hands.press(page, "下一页")
    hands.press(page, "慢性病", role="checkbox")
    album.take(page, "12-question")
    hands.tap(page, hands.by_id(page, "form-menu"))
    hands.press(page, "全部题目", role="menuitem")
    hands.text(page, re.compile("医方面有多难"))
    album.take(page, "12-question-list")


def supervise(cadre: Cadre, code: str, album: Album, *, largest: bool) -> None:
    """The same visit at the office, on a phone and at a desk."""
    cadre.phone.start()
    cadre.enrol(code)
    row = re.compile(NUMBER)
    cadre.page.get_by_role("button", name=row).wait_for(state="attached", timeout=60_000)
    if largest:
        me(cadre, album, largest=True)
    album.also(cadre.page, "20-office")
    cadre.press(row)
    hands.text(cadre.page, re.compile("链条已验证"), timeout_s=30)
    album.take(cadre.page, "10-supervisor")
    cadre.phone.close()
    cadre.phone.wide, cadre.phone.size = True, None
    cadre.phone.start()
    hands.open_app(cadre.page, f"{cadre.url}/app/")
    button = cadre.page.get_by_role("button", name=row)
    button.wait_for(state="attached", timeout=60_000)
    button.click(force=True)
    hands.text(cadre.page, re.compile("链条已验证"), timeout_s=30)
    cadre.page.wait_for_timeout(1500)  # the photos arrive
    album.take(cadre.page, "11-desk")


def _at_the_door() -> dict[str, float]:
    """The phone stands where the household's file says (WGS-84)."""
    file = next(one for one in make_county().households if one.number == NUMBER)
    place = file.address.place
    assert place is not None
    return {"latitude": float(place.latitude), "longitude": float(place.longitude), "accuracy": 8.0}


def walk(playwright: Playwright, office: RegistryProcess, album: Album, work: Path, look: Look) -> None:
    """One visit, from the link to the office, with a picture of each screen."""
    codes = office.seed()
    office.start()
    plate = drawn.as_video(drawn.doorplate("下坝村9组", "113号"), work / "door.mjpeg")
    goods = work / "goods.jpg"
    goods.write_bytes(drawn.goods())
    phone, desk = (
        Phone(playwright, work / name, size=look.size, text=look.text, camera=plate, place=_at_the_door())
        for name in ("cadre", "supervisor")
    )
    try:
        phone.start()
        cadre = Cadre(phone, office.url)
        name = enrol(cadre, codes[Role.CADRE], album, largest=look.largest)
        phone.offline()
        meet(cadre, album)
        photos(cadre, album, goods)
        aid(cadre, album)
        sign(cadre, album, name)
        records(cadre, album)
        questionnaire(cadre, album)
        supervise(Cadre(desk, office.url), codes[Role.SUPERVISOR], album, largest=look.largest)
    except Exception:
        for one in (phone, desk):
            if one.is_on:
                album.take(one.page, f"stopped-{one.profile.name}")
        raise
    finally:
        phone.close()
        desk.close()


@dataclass(frozen=True)
class Look:
    """How the phone shows things: its size in CSS pixels, its text and the app's own."""

    size: tuple[int, int] | None = None
    text: float = 1.0
    largest: bool = False


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "docs" / "pictures")
@click.option("--size", help="Another phone, such as 360x640.")
@click.option("--text", type=float, default=1.0, help="The browser's text size, such as 2.0.")
@click.option("--full", is_flag=True, help="Also the screens that no document shows.")
@click.option("--largest", is_flag=True, help="With the app's own largest text.")
def main(out: Path, size: str | None, text: float, full: bool, largest: bool) -> None:
    """Take the pictures into OUT."""
    if CHROMIUM is None:
        sys.exit("Chromium is missing: apt-get install chromium")
    wanted = tuple(int(part) for part in size.split("x")) if size else None
    look = Look(wanted if wanted is None else (wanted[0], wanted[1]), text, largest)
    app = build(ROOT, ROOT / "build" / "web", progress=lambda _: None).out
    work = Path(tempfile.mkdtemp(prefix="nuanfang-pictures-"))
    office = RegistryProcess(app)
    try:
        with sync_playwright() as playwright:
            walk(playwright, office, Album(out, full), work, look)
    finally:
        office.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
