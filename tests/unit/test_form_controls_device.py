"""Questions that ask the device: dates, places, pictures, voices, files and codes (S18, R12)."""

from __future__ import annotations

import asyncio
import io
from datetime import date, datetime, time
from typing import Any

import flet as ft
import pytest
from flet.canvas import Canvas
from form_controls_kit import page_of
from forms_kit import ask, bind, xform
from PIL import Image

from app.platform.errors import PlatformError
from app.views.form.controls.dates import Moment
from domain.errors import InputError
from sync.protocol.messages import MAX_MEDIA_BYTES

Q = "q-/data/q"


def one(kind: str, appearance: str = "", value: str = "", **more: str) -> str:
    words = {"appearance": appearance} if appearance else {}
    return xform(f"<q>{value}</q>", bind("/data/q", type=kind, **more), ask("/data/q", "问题", **words))


def upload(media: str, appearance: str = "") -> str:
    body = f'<upload ref="/data/q" mediatype="{media}" appearance="{appearance}"><label>照片</label></upload>'
    return xform("<q/>", bind("/data/q", type="binary"), body)


def jpeg(width: int = 400, height: int = 300) -> bytes:
    done = io.BytesIO()
    Image.new("RGB", (width, height), "#808080").save(done, "JPEG")
    return done.getvalue()


async def choose(app: Any, kind: type, value: object) -> None:
    """The system's dialog answers, in the moment in which its control was drawn again."""
    await app.fire(app.one(kind), "change", value)


# --- dates and times ------------------------------------------------------------------------------


async def test_a_date_by_calendar_today_by_hand_and_not_at_all():
    """S18: three ways, one answer."""
    async with page_of(one("date", value="1965-03-02")) as paper:
        assert paper.app.says("1965年3月2日")
        await paper.press(f"{Q}:open")
        assert paper.app.one(ft.DatePicker).open
        await choose(paper.app, ft.DatePicker, datetime(1965, 3, 31))  # noqa: DTZ001 - as the calendar sends it
        assert paper.value() == "1965-03-31"
        await paper.press(f"{Q}:today")
        assert paper.value() == "2027-01-20"
        await paper.press(f"{Q}:by_hand")
        assert paper.field(f"{Q}:year").value == "2027"
        await paper.press(f"{Q}:month-more")
        assert paper.value() == "2027-02-20"
        await paper.press(f"{Q}:clear")
        assert paper.value() == ""
        assert paper.field(f"{Q}:year").value == ""


async def test_a_date_typed_part_by_part():
    """Nothing is answered before there is such a day; what is wrong is said when the field is left."""
    async with page_of(one("date", "no-calendar")) as paper:
        assert not paper.has(f"{Q}:open")
        await paper.type(f"{Q}:year", "1", "19", "196", "1965")
        await paper.type(f"{Q}:month", "2")
        await paper.type(f"{Q}:day", "3", "31")
        # on the way stood the 3rd of February, which is a day
        assert [value for _, value in paper.given] == ["1965-02-03", ""]
        assert paper.app.says("没有这一天")
        assert paper.unread["/data/q"]
        await paper.type(f"{Q}:day", "28")
        assert not paper.unread["/data/q"]
        assert paper.value() == "1965-02-28"
        assert not paper.app.says("没有这一天")


@pytest.mark.parametrize(
    ("appearance", "parts", "answer"),
    [("year", ["year"], "2027-01-01"), ("month-year", ["year", "month"], "2027-01-01")],
)
async def test_only_the_year_or_the_month_is_asked(appearance, parts, answer):
    """Appearances year and month-year; kept as the first of the month."""
    async with page_of(one("date", appearance)) as paper:
        assert not paper.has(f"{Q}:day")
        assert not paper.has(f"{Q}:today")
        for name in parts:
            await paper.press(f"{Q}:{name}-more")
        assert paper.value() == answer


async def test_a_time_by_the_clock_now_and_by_hand():
    """With the country's offset, whatever the phone is set to."""
    async with page_of(one("time")) as paper:
        await paper.press(f"{Q}:open-clock")
        await choose(paper.app, ft.TimePicker, time(8, 5))
        assert paper.value() == "08:05:00.000+08:00"
        assert paper.app.says("08:05")
        await paper.press(f"{Q}:now")
        assert paper.value() == "19:30:00.000+08:00"
        await paper.press(f"{Q}:by_hand")
        await paper.press(f"{Q}:hour-less")
        assert paper.value() == "18:30:00.000+08:00"


async def test_a_date_and_a_time_are_an_answer_only_together():
    """Half of it is kept on the screen, not in the form."""
    async with page_of(one("dateTime")) as paper:
        await paper.press(f"{Q}:open")
        await choose(paper.app, ft.DatePicker, datetime(2026, 11, 22))  # noqa: DTZ001
        assert paper.given == []
        assert paper.app.says("2026年11月22日")
        assert paper.unread["/data/q"]
        await paper.press(f"{Q}:open-clock")
        await choose(paper.app, ft.TimePicker, time(8, 5))
        assert paper.value() == "2026-11-22T08:05:00.000+08:00"
        await paper.press(f"{Q}:clear")
        assert paper.value() == ""


async def test_a_calculation_elsewhere_reaches_the_date():
    """An answer that somebody else gave replaces what is shown."""
    async with page_of(one("date", value="2026-01-01")) as paper:
        paper.answer("/data/q", "2026-02-02")
        await paper.app.settle()
        assert paper.app.says("2026年2月2日")
        await paper.press(f"{Q}:by_hand")
        paper.answer("/data/q", "2025-03-04")
        await paper.app.settle()
        assert paper.field(f"{Q}:year").value == "2025"


def test_quick_steps_are_not_undone_by_a_late_echo():
    """A slow phone draws the answer before last: the date under the finger stays."""
    moment = Moment("date")
    for day in (1, 2, 3):
        moment.day = date(2026, 11, day)
        moment.sent.append(moment.answer)
    for late in ("2026-11-01", "2026-11-02", "2026-11-03"):
        moment.meet(late)
        assert moment.answer == "2026-11-03"
    moment.meet("2020-01-01")
    assert moment.answer == "2020-01-01"


# --- places ---------------------------------------------------------------------------------------


async def test_a_place_with_its_radius():
    """S18: geopoint; asked again it is asked again."""
    async with page_of(one("geopoint")) as paper:
        await paper.press(f"{Q}:locate")
        assert paper.value() == "29.5001234 103.7000000 0 12.4"
        assert paper.app.says("误差约 12 米")
        await paper.press(f"{Q}:locate")
        assert paper.device.location.calls == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("location_denied", "没有允许定位"),
        ("location_off", "定位没有打开"),
        ("location_timeout", "还没有定到位"),
    ],
)
async def test_a_place_that_cannot_be_found_is_typed(code, words):
    """The old answer stays; the reason is said; latitude and longitude can be typed."""
    async with page_of(one("geopoint", value="1 2 0 9")) as paper:
        paper.device.location.code = code
        await paper.press(f"{Q}:locate")
        assert paper.app.says(words)
        assert paper.value() == "1 2 0 9"
        await paper.press(f"{Q}:by-hand")
        await paper.type(f"{Q}:latitude", "39。5")
        await paper.type(f"{Q}:longitude", "200")
        assert paper.app.says("经纬度要填全")
        assert paper.value() == ""
        assert paper.unread["/data/q"]
        await paper.type(f"{Q}:longitude", "83.25")
        assert paper.value() == "39.5 83.25 0 0"


# --- pictures -------------------------------------------------------------------------------------

CAMERAS = {
    "get_available_cameras": [{"name": "0", "lens_direction": "back", "sensor_orientation": 0}],
    "initialize": None,
    "take_picture": lambda _: jpeg(),
}


async def test_a_photo_is_taken_seen_and_removed():
    """R12: as the camera gave it; removing asks first."""
    async with page_of(upload("image/*"), methods=CAMERAS) as paper:
        await paper.press(f"{Q}:camera")
        await paper.press("q-shoot")
        kept = paper.files["/data/q"]
        assert (kept.kind, kept.content_type, kept.source) == ("photo", "image/jpeg", "camera")
        assert paper.value() == kept.name
        assert paper.app.one(ft.Image).src == paper.shelf[kept.sha256]
        assert not paper.has("q-shoot")
        await paper.press(f"{Q}:delete")
        assert paper.value() == kept.name
        await paper.app.tap(paper.app.one(ft.FilledButton, "删除"))
        assert paper.value() == ""
        assert not paper.has(f"{Q}:preview")


async def test_without_a_camera_there_is_the_album():
    """A desk, or a phone whose camera is refused."""
    async with page_of(upload("image/*"), methods={"get_available_cameras": []}) as paper:
        await paper.press(f"{Q}:camera")
        assert paper.app.says("返回")
        await paper.press("q-shoot")
        assert not paper.has("q-shoot")
        await paper.pick(f"{Q}:album", jpeg(), "a.jpg")
        assert paper.files["/data/q"].source == "album"
    async with page_of(upload("image/*"), platform="linux") as paper:
        assert not paper.has(f"{Q}:camera")
        assert paper.has(f"{Q}:album")


async def test_a_new_photo_cannot_come_from_the_album():
    """Appearance new."""
    async with page_of(upload("image/*", "new")) as paper:
        assert paper.has(f"{Q}:camera")
        assert not paper.has(f"{Q}:album")


async def test_a_picture_that_is_refused_leaves_the_answer_as_it_was():
    """The reason stands below in words; full, no picture, too large."""
    async with page_of(upload("image/*")) as paper:
        await paper.pick(f"{Q}:album", jpeg(), "a.jpg")
        before = paper.value()
        paper.trouble = PlatformError("not_a_picture")
        await paper.pick(f"{Q}:album", b"text", "b.jpg")
        assert paper.value() == before
        assert paper.app.says("不是照片") or paper.app.says("图片")
        paper.trouble = None
        await paper.pick(f"{Q}:album", None, "huge.jpg", MAX_MEDIA_BYTES + 1)
        assert paper.app.says("最多 20 MB")


async def draw(paper: Any, *points: tuple[float, float]) -> None:
    """A finger on the pad."""
    pad = next(o for o in paper.app.walk(paper.part("q-pad")) if isinstance(o, ft.GestureDetector))
    xy = lambda x, y: {"x": x, "y": y}  # noqa: E731
    still = xy(0.0, 0.0)
    at = lambda x, y: {"l": xy(x, y), "g": xy(x, y), "k": "touch"}  # noqa: E731
    await paper.app.fire(pad, "pan_down", at(*points[0]))
    for point in points[1:]:
        await paper.app.fire(pad, "pan_update", {**at(*point), "gd": still, "ld": still, "pd": 0.0, "ts": 5})
    end = {"v": still, "pv": 0.0, "l": xy(*points[-1]), "g": xy(*points[-1])}
    await paper.app.fire(pad, "pan_end", end)


async def test_a_signature_is_cut_to_the_name_and_a_dot_is_none():
    """R9: strokes survive a call; undo; what is kept is a PNG of black on white."""
    async with page_of(upload("image/*", "signature")) as paper:
        await paper.press(f"{Q}:pen")
        await draw(paper, (100, 200))
        assert paper.app.find(ft.FilledButton)[-1].disabled
        await draw(paper, (100, 200), (180, 230))
        assert len(paper.sketches["/data/q"].strokes) == 2
        await paper.press("q-undo")
        assert len(paper.sketches["/data/q"].strokes) == 1
        await draw(paper, (100, 200), (180, 230))
        await paper.press("q-drawn")
        kept = paper.files["/data/q"]
        assert (kept.kind, kept.content_type, kept.source) == ("drawing", "image/png", "made")
        assert Image.open(io.BytesIO(paper.shelf[kept.sha256])).size == (2 * (80 + 32), 2 * (60 + 32))
        await paper.press(f"{Q}:pen")
        await paper.press("q-wipe")
        assert paper.sketches["/data/q"].strokes == []
        assert paper.value() == kept.name


async def test_a_photo_is_drawn_on_in_red():
    """Appearance annotate: the photo is kept as it was, what is handed in has the strokes at their place."""
    async with page_of(upload("image/*", "annotate")) as paper:
        await paper.pick(f"{Q}:album", jpeg(400, 300), "a.jpg")
        assert paper.value() == ""
        sheet = next(one for one in paper.app.walk(paper.part("q-pad")) if isinstance(one, Canvas))
        await paper.app.fire(sheet, "resize", {"w": 200.0, "h": 150.0})
        await draw(paper, (50, 75), (150, 75))
        await paper.press("q-drawn")
        kept = paper.files["/data/q"]
        assert (kept.kind, kept.content_type) == ("drawing", "image/jpeg")
        picture = Image.open(io.BytesIO(paper.shelf[kept.sha256])).convert("RGB")
        assert picture.size == (400, 300)
        red, grey = picture.getpixel((200, 150)), picture.getpixel((200, 50))
        assert red[0] > 180
        assert red[1] < 90
        assert max(grey) - min(grey) < 12
        await paper.press(f"{Q}:pen")
        assert paper.has("q-pad")


# --- voice, files, codes --------------------------------------------------------------------------


async def test_a_voice_is_recorded_counted_kept_and_heard():
    """S18: audio."""
    async with page_of(upload("audio/*")) as paper:
        await paper.press(f"{Q}:record")
        assert paper.app.says("正在录音")
        assert paper.app.says("0:00")
        await paper.press(f"{Q}:stop")
        kept = paper.files["/data/q"]
        assert (kept.kind, kept.content_type, kept.source) == ("audio", "audio/webm", "made")
        assert paper.app.says("录音已存好")
        pressed = asyncio.create_task(paper.press(f"{Q}:play"))
        await paper.app.settle()
        assert ("Audio", "play") not in [call[:2] for call in paper.app.calls]
        player = paper.player()
        await paper.app.fire(player, "loaded")
        await pressed
        assert ("Audio", "play") in [call[:2] for call in paper.app.calls]
        await paper.app.fire(player, "state_change", {"state": "playing"})
        assert paper.app.says("停")
        await paper.app.fire(player, "state_change", {"state": "completed"})
        assert paper.app.says("听一听")


@pytest.mark.parametrize(
    ("code", "words"), [("microphone_denied", "没有允许录音"), ("microphone_off", "麦克风用不了")]
)
async def test_without_a_microphone_a_recording_is_picked(code, words):
    """A refusal is said in words, and there is another way."""
    async with page_of(upload("audio/*")) as paper:
        paper.device.recorder.code = code
        await paper.press(f"{Q}:record")
        assert paper.app.says(words)
        await paper.pick(f"{Q}:pick", b"sound", "她说.mp3")
        kept = paper.files["/data/q"]
        assert (kept.name, kept.content_type, kept.source) == ("她说.mp3", "audio/mpeg", "album")


async def test_a_recording_that_is_lost_is_said_to_be():
    """The system took the microphone away."""
    async with page_of(upload("audio/*")) as paper:
        paper.device.recorder.lost = True
        await paper.press(f"{Q}:record")
        await paper.press(f"{Q}:stop")
        assert paper.app.says("没有留下来")
        assert paper.value() == ""


async def test_turning_the_page_keeps_what_was_said():
    """Nobody presses stop before going on."""
    source = upload("audio/*")
    async with page_of(source) as paper:
        await paper.press(f"{Q}:record")
        await paper.turn()
        assert paper.device.recorder.running is False
        assert paper.files["/data/q"].kind == "audio"
        assert paper.value() == "audio.bin"


async def test_a_file_with_its_name_its_size_and_its_limit():
    """S18: file; what is too large is said in megabytes before it is read."""
    async with page_of(upload("application/*")) as paper:
        assert paper.app.says("最大 20 MB")
        await paper.pick(f"{Q}:pick", b"%PDF", "病历.pdf")
        kept = paper.files["/data/q"]
        assert (kept.name, kept.kind, kept.content_type, kept.source) == (
            "病历.pdf",
            "file",
            "application/pdf",
            "made",
        )
        assert paper.app.says("病历.pdf")
        await paper.pick(f"{Q}:pick", b"", "empty.bin")
        assert paper.app.says("读不出来")
        await paper.pick(f"{Q}:pick", b"x", "film.mp4", 34 * 1024 * 1024)
        assert paper.app.says("文件有 34 MB")
        assert paper.value() == "病历.pdf"
        paper.trouble = InputError("file_empty")
        await paper.pick(f"{Q}:pick", b"x", "other")
        assert paper.value() == "病历.pdf"


async def test_a_code_is_scanned():
    """S18: barcode; the camera looks until it sees one, then closes."""
    async with page_of(one("barcode"), methods=CAMERAS) as paper:
        await paper.press(f"{Q}:scan")
        paper.device.codes.text = "6901234567892"
        for _ in range(200):
            await paper.app.settle(5)
            if paper.value() and not paper.has("q-type"):  # the answer is kept before the page is drawn again
                break
        assert paper.value() == "6901234567892"
        assert not paper.has("q-type")
        seen = paper.device.codes.seen
        await paper.app.settle(50)
        assert paper.device.codes.seen == seen


async def test_a_code_is_typed_where_it_cannot_be_scanned():
    """Typing is always possible; a phone that cannot read codes says so."""
    async with page_of(one("barcode")) as paper:
        paper.device.codes.able = False
        await paper.type(Q, "ABC-1")
        assert paper.value() == "ABC-1"
    async with page_of(one("barcode"), platform="linux") as paper:
        assert paper.app.says("不能扫码")
        assert not paper.has(f"{Q}:scan")
