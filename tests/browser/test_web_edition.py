"""The browser edition as a whole: offline, updated only when asked, clear when it cannot run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from registry.cli.web_build.serve import serve
from registry.cli.web_build.worker import write_worker
from tests.browser.harness.hands import (
    by_id,
    open_app,
    press,
    see,
    sign,
    text,
    type_into,
    until,
    wait_opened,
)
from tests.browser.harness.inside import run_inside

TEMPLATE = Path(__file__).parents[2] / "assets" / "web" / "sw.js"


@pytest.fixture
def copy_of(tmp_path):
    """A site of one's own that a test may change."""

    def copy(site: Path) -> Path:
        return Path(shutil.copytree(site, tmp_path / "site"))

    return copy


@pytest.fixture(scope="session")
def fixture_folder(fixture_site):
    return Path(__file__).parents[2] / "build" / "fixture"


def publish(site: Path, word: str) -> str:
    """A new version of ``site``, in which the page says ``word``; returns its version."""
    page = site / "index.html"
    page.write_text(page.read_text().replace("</body>", f"<i hidden class=word>{word}</i></body>"))
    return write_worker(TEMPLATE, site)[0]


def words(page) -> list[str]:
    return page.locator(".word").all_text_contents()


def until_ready(page, version: str) -> None:
    """Until the service worker of ``version`` answers the page (``wait_for_function`` awaits no promise)."""

    def ready() -> bool:
        return (page.evaluate("nuanfang.status()") or {}).get("ready") == version

    told = "the new version is downloaded and the rest copied"
    try:
        until(ready, told, 60)
    except AssertionError:  # the search for an update hangs now and then in headless Chromium (docs/STATE.md)
        page.reload()  # a person opens the app again
        until(ready, told, 120)


def test_it_starts_with_the_server_stopped(new_phone, fixture_folder):
    """Once opened, the app starts with no network and no server, also after the browser was killed (S25)."""
    phone = new_phone()
    with serve(fixture_folder) as site:
        open_app(phone.start(), site.url)
    phone.kill()
    page = phone.start()
    phone.offline()
    open_app(page, site.url)
    type_into(page, "姓名", "张三丰")
    press(page, "问好")
    text(page, "您好，张三丰")
    assert phone.outside == []


def test_nothing_comes_from_another_host(new_phone, fixture_site):
    """No font, script or count of visits is fetched from anybody else's server."""
    phone = new_phone()
    page = phone.start()
    open_app(page, fixture_site.url)
    page.wait_for_timeout(1500)
    assert phone.outside == []


def test_a_finger_signs(new_phone, fixture_site):
    """Up and down strokes of a finger reach the pad (R9)."""
    page = new_phone().start()
    open_app(page, fixture_site.url)
    sign(page, by_id(page, "pad"), strokes=3)
    text(page, "笔画 3")


def test_an_update_waits_until_it_is_asked_for(new_phone, fixture_folder, copy_of):
    """A new version waits beside the old one, also over a restart, until the person agrees."""
    site_folder = copy_of(fixture_folder)
    phone = new_phone()
    with serve(site_folder) as site:
        page = phone.start()
        open_app(page, site.url)
        first = page.evaluate("nuanfang.status()")["serving"]
        second = publish(site_folder, "second")
        run_inside(page, _LISTEN)
        open_app(page, site.url)  # the visit that finds the update
        until_ready(page, second)
        assert page.evaluate("nuanfang.status()") == {"serving": first, "ready": second}
        assert words(page) == []
    phone.kill()
    page = phone.start()  # no server any more: both versions are on the phone
    open_app(page, site.url)
    assert words(page) == [], "the new version has started by itself"
    run_inside(page, _LISTEN)
    waiting = "import sys; return sys.modules['kept_link'].link.listeners.value"
    until(lambda: run_inside(page, waiting) is True, "the app hears that an update waits")
    with page.expect_navigation():
        run_inside_and_forget(page, "import sys; sys.modules['kept_link'].link.apply_update()")
    wait_opened(page)
    assert words(page) == ["second"]
    assert page.evaluate("nuanfang.status()") == {"serving": second, "ready": second}
    names = page.evaluate("caches.keys()")
    assert sorted(names) == sorted(["nuanfang.state", f"nuanfang-{second}"])


_LISTEN = """
import sys, types
from app.platform.browser.page_link import PageLink
sys.modules["kept_link"] = types.SimpleNamespace(link=PageLink())
"""


def run_inside_and_forget(page, code: str) -> None:
    """Without waiting for an answer: the page goes away."""
    page.evaluate(
        "([code]) => new BroadcastChannel('nuanfang-fixture').postMessage({id: 'x', code, given: '{}'})",
        [code],
    )


def test_an_update_downloads_only_what_changed(new_phone, fixture_folder, copy_of):
    """A small change costs little of the cadre's data plan."""
    site_folder = copy_of(fixture_folder)
    phone = new_phone()
    with serve(site_folder) as site:
        page = phone.start()
        open_app(page, site.url)
        second = publish(site_folder, "second")
        fetched: list[str] = []
        phone.context.on("requestfinished", lambda r: r.service_worker and fetched.append(r.url))
        open_app(page, site.url)  # the visit that finds the update
        until_ready(page, second)
        page.wait_for_timeout(300)
    paths = {url.removeprefix(site.url).partition("?")[0] for url in fetched}
    assert {path for path in paths if (site_folder / path).is_file()} <= {"index.html", "sw.js"}
    assert "index.html" in paths


def test_a_half_finished_download_is_told_and_goes_on(new_phone, fixture_folder, copy_of):
    """When the signal goes during the first download, the person is told; the next try succeeds."""
    site_folder = copy_of(fixture_folder)
    (site_folder / "app.zip").rename(site_folder / "app.zip.away")
    phone = new_phone()
    with serve(site_folder) as site:
        page = phone.start()
        page.goto(site.url, wait_until="commit")
        page.wait_for_selector("#loading[data-problem=download]", timeout=60_000)
        assert "下载没有完成" in page.inner_text("#loading")
        (site_folder / "app.zip.away").rename(site_folder / "app.zip")
        page.click("#again")
        wait_opened(page)
        see(page)
        text(page, "你好，世界")


_PRIVATE_WINDOW = """
window.Worker = class {
  constructor() { setTimeout(() => this.onmessage({ data: "storage" })); }
  terminate() {}
};
"""


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("delete window.WebAssembly", "浏览器版本太旧"),
        ("Object.defineProperty(window, 'isSecureContext', {value: false})", "地址不安全"),
        (_PRIVATE_WINDOW, "保存数据"),
    ],
    ids=["no WebAssembly", "not https", "private window"],
)
def test_a_browser_that_cannot_is_told_in_chinese(new_phone, fixture_site, missing, words):
    """Instead of a white page the person reads what is missing and what to do."""
    page = new_phone().start()
    page.add_init_script(missing)
    page.goto(fixture_site.url, wait_until="commit")
    page.wait_for_selector("#loading[data-problem]")
    assert words in page.inner_text("#loading")
    assert page.locator("#again").is_visible()


def test_a_program_that_cannot_start_says_so(new_phone, fixture_folder, copy_of):
    """A broken program shows calm words, the reason for the administrator and a button, not a white page."""
    site_folder = copy_of(fixture_folder)
    (site_folder / "app.zip").write_bytes(b"PK\x05\x06" + b"\0" * 18)  # an empty archive
    write_worker(TEMPLATE, site_folder)
    page = new_phone().start()
    with serve(site_folder) as site:
        page.goto(site.url, wait_until="commit")
        page.wait_for_selector("#loading[data-problem=crash]", timeout=60_000)
    assert "手机里的走访记录还在" in page.inner_text("#loading")


def test_it_can_be_installed(fixture_folder):
    """The home screen shows 暖访 with our own icons."""
    manifest = json.loads((fixture_folder / "manifest.json").read_text())
    assert (manifest["name"], manifest["start_url"], manifest["lang"]) == ("暖访", "/app/", "zh-CN")
    for icon in manifest["icons"]:
        assert (fixture_folder / icon["src"]).is_file()
