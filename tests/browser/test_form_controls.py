"""Questions under a real finger: strokes, sheets, calendars, dragging, the microphone (S18, R9, R12)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page

from tests.browser.harness.all_types import all_types
from tests.browser.harness.hands import by_id, open_app, press, sign, tap, text, touch, type_into, until
from tests.browser.harness.inside import run_inside

GALLERY = Path(__file__).parent / "fixture_app" / "gallery.py"
_START = """
import sys, types
if "gallery" not in sys.modules:
    sys.modules["gallery"] = types.ModuleType("gallery")
    exec(given["source"], sys.modules["gallery"].__dict__)
sys.modules["shown"] = await sys.modules["gallery"].start(page, given["xform"], given["paths"])
"""


@pytest.fixture
def gallery(new_phone, fixture_site):
    """``gallery("birth", "words")`` shows these questions."""
    phone = new_phone()
    page = phone.start()
    phone.context.grant_permissions(["camera", "microphone", "geolocation"])
    open_app(page, fixture_site.url)
    source, xform = GALLERY.read_text(), all_types()

    def show(*names: str) -> Page:
        run_inside(page, _START, source=source, xform=xform, paths=[f"/data/{name}" for name in names])
        page.locator(f'[flt-semantics-identifier^="q-/data/{names[0]}"]').first.wait_for(state="attached")
        return page

    return show


def part(page: Page, name: str, what: str = "") -> Any:
    found = by_id(page, f"q-/data/{name}" + (f":{what}" if what else ""))
    found.wait_for(state="attached")
    return found


def tap_part(page: Page, name: str, what: str = "") -> None:
    tap(page, part(page, name, what))


def answer(page: Page, name: str) -> str:
    return str(run_inside(page, f"import sys; return sys.modules['shown'].session.value('/data/{name}')"))


def becomes(page: Page, name: str, value: str) -> None:
    until(lambda: answer(page, name) == value, f"{name} becomes {value!r}, is {answer(page, name)!r}")


def test_typing_searching_and_picking(gallery):
    """Quick typing loses nothing; a village is found among three hundred; a day is touched."""
    page = gallery("words", "village", "birth", "clock")
    box = page.get_by_role("textbox", name="家里现在最缺什么")
    box.click()
    until(lambda: box.evaluate("one => one === document.activeElement"), "the field takes the keys")
    words = "abcdefghijklmnopqrstuvwxyz0123456789" * 2
    page.keyboard.type(words)
    becomes(page, "words", words)
    tap_part(page, "village", "open")
    type_into(page, "搜一搜", "柳树77")
    tap_part(page, "village", "c231")
    becomes(page, "village", "c231")
    tap_part(page, "birth", "open")
    press(page, "确定")
    until(lambda: answer(page, "birth"), "the calendar's day is the answer")
    today = answer(page, "birth")
    tap_part(page, "birth", "open")
    press(page, "取消")
    tap_part(page, "birth", "by_hand")
    tap_part(page, "birth", "year-less")
    becomes(page, "birth", f"{int(today[:4]) - 1}{today[4:]}")
    tap_part(page, "clock", "open-clock")
    press(page, "确定")
    until(lambda: answer(page, "clock").endswith(":00.000+08:00"), "the clock's time is the answer")


def test_a_finger_orders_and_slides(gallery):
    """Rows are dragged by their dots and stepped by arrows; a slider follows the finger."""
    page = gallery("want", "mood")
    tap_part(page, "want", "keep")
    becomes(page, "want", "c1 c2 c3 c4")
    first, last = part(page, "want", "c1").bounding_box(), part(page, "want", "c4").bounding_box()
    top, bottom = first["y"] + first["height"] / 2, last["y"] + last["height"] * 0.8
    touch(page, [(first["x"] + 20, top + (bottom - top) * step / 15) for step in range(16)], pause_ms=40)
    becomes(page, "want", "c2 c3 c4 c1")
    tap_part(page, "want", "c4:up")
    becomes(page, "want", "c2 c4 c3 c1")
    tap_part(page, "mood", "more")
    becomes(page, "mood", "1")
    bar = part(page, "mood").bounding_box()
    touch(
        page, [(bar["x"] + bar["width"] * step / 20, bar["y"] + bar["height"] / 2) for step in range(3, 20)]
    )
    until(lambda: int(answer(page, "mood")) > 6, "the slider is where the finger left it")


def test_a_finger_signs(gallery):
    """Vertical strokes reach the pad; the name becomes a picture and the answer (R9)."""
    page = gallery("sign")
    tap_part(page, "sign", "pen")
    by_id(page, "q-pad").wait_for(state="attached")
    sign(page, by_id(page, "q-pad"))
    tap(page, by_id(page, "q-drawn"))
    until(lambda: answer(page, "sign"), "the signature is the answer")
    kinds = "import sys; return [(f.kind, f.content_type) for f in sys.modules['shown'].files.values()]"
    assert run_inside(page, kinds) == [["drawing", "image/png"]]


def test_a_voice_is_recorded_in_the_browser(gallery):
    """Opus in WebM, small, readable by the worker; nothing of it leaves the phone."""
    page = gallery("voice")
    tap_part(page, "voice", "record")
    text(page, "正在录音", 30)
    text(page, "0:02", 30)
    tap_part(page, "voice", "stop")
    until(lambda: answer(page, "voice"), "the recording is the answer", 30)
    code = "import sys; f = list(sys.modules['shown'].files.values())[0]; return [f.content_type, f.size]"
    kind, size = run_inside(page, code)
    assert kind == "audio/webm"
    assert 1_000 < size < 200_000


def photo_of_code(words: str) -> bytes:
    """A QR code held a little askew before a grey wall."""
    drawn = io.BytesIO()
    segno.make_qr(words).save(drawn, kind="png", scale=8, border=4)
    code = Image.open(drawn).convert("RGB").rotate(7, expand=True, fillcolor="#BBBBBB")
    photo = Image.new("RGB", (1280, 853), "#BBBBBB")
    photo.paste(code, (400, 200))
    done = io.BytesIO()
    photo.save(done, "JPEG", quality=80)
    return done.getvalue()


def test_a_code_in_a_photo_is_read(gallery):
    """The site's own reader, offline; no code is no answer, no picture is an error."""
    page = gallery("code")
    read = "import sys; return await sys.modules['shown'].platform.codes.read(given['photo'])"
    assert run_inside(page, read, photo=photo_of_code("NF-2026-0001")) == "NF-2026-0001"
    blank = io.BytesIO()
    Image.new("RGB", (640, 480), "#999999").save(blank, "JPEG")
    assert run_inside(page, read, photo=blank.getvalue()) is None
    text(page, "扫码")
