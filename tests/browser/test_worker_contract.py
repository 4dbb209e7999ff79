"""The browser's pictures, photos, network, place and clock keep the native ones' promises, in Chromium."""

from __future__ import annotations

import itertools
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.platform.errors import PlatformError
from app.platform.ports import Picture
from tests.browser.far_device import Far
from tests.browser.harness.hands import open_app, until
from tests.browser.harness.phone import PLACE, Phone
from tests.contracts.test_blobs_contract import BlobsContract
from tests.contracts.test_pictures_contract import PictureContract, jpeg, scene

_count = itertools.count()


@pytest.fixture(scope="module")
def phone(playwright, tmp_path_factory, fixture_site):
    phone = Phone(playwright, tmp_path_factory.mktemp("profile"))
    open_app(phone.start(), fixture_site.url)
    yield phone
    phone.close()


@pytest.fixture(scope="module")
def far(phone):
    return Far(phone.page)


class FarThing:
    """An object of the worker under ``name``; its asynchronous methods, called synchronously."""

    def __init__(self, far: Far, name: str, made: str, **given: object) -> None:
        self._far, self._name = far, name
        far.run(made + '\nkept[given["name"]] = thing', name=name, **given)

    def __getattr__(self, method: str):
        code = """
found = await getattr(kept[given["name"]], given["method"])(*given["arguments"])
return [found.data, found.width, found.height] if hasattr(found, "width") else found
"""

        def call(*arguments: object):
            plain = [list(a) if isinstance(a, tuple) else a for a in arguments]
            found = self._far.run(code, name=self._name, method=method, arguments=plain)
            return Picture(*found) if isinstance(found, list) and len(found) == 3 else found

        return call


_CODEC = """
from app.platform.browser.device import site_url
from app.platform.browser.pictures import BrowserPictureCodec
thing = BrowserPictureCodec(site_url("assets/fonts/roboto.woff2"))
"""


class TestCanvas(PictureContract):
    @pytest.fixture
    def codec(self, far):
        return FarThing(far, "codec", _CODEC)

    def test_a_photo_of_twelve_megapixels_is_no_trouble(self, codec):
        """The largest picture a cheap phone's camera gives."""
        small = codec.shrink(jpeg(scene(4000, 3000), quality=85), 1600)
        assert (small.width, small.height) == (1600, 1200)


class TestOpfsBlobs(BlobsContract):
    @pytest.fixture
    def opener(self, far):
        folder = f"blobs-{next(_count)}"
        made = """
from app.platform.browser.blobs import OpfsBlobs
thing = await OpfsBlobs.connect(given["folder"])
"""
        return lambda: FarThing(far, folder, made, folder=folder)

    def test_a_full_phone_is_told(self, far, phone, opener):
        """R12: a photo that no longer fits is refused with its reason, and nobody waits for ever."""
        blobs, cdp = opener(), phone.cdp()
        origin = phone.page.evaluate("location.origin")
        cdp.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1000})
        try:
            with pytest.raises(PlatformError) as caught:
                blobs.put("large", b"x" * 4_000_000)
        finally:
            cdp.send("Storage.overrideQuotaForOrigin", {"origin": origin})
        assert caught.value.code == "disk_full"

    def test_what_a_crash_left_is_swept(self, far, opener):
        """An unfinished file of a killed app is never shown as a photo and goes at the next start."""
        folder = opener()._name
        far.run(
            """
from pyodide.code import run_js
await run_js('''(name) => (async () => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(name);
  await folder.getFileHandle("0123.part", {create: true});
})()''')(given["folder"])
""",
            folder=folder,
        )
        assert opener().names() == []
        left = 'return [str(n) for n in await kept[given["folder"]]._files.names()]'
        assert far.run(left, folder=folder) == []


_OPEN_BLOBS = """
from app.platform.browser.blobs import OpfsBlobs
blobs = await OpfsBlobs.connect("killed")
"""


def test_photos_survive_a_killed_browser(new_phone, fixture_site):
    """What put() returned for is whole after SIGKILL; what was under way is absent or whole, never half."""
    phone = new_phone()
    open_app(phone.start(), fixture_site.url)
    run = Far(phone.page).run
    run(_OPEN_BLOBS + 'for n in range(5):\n    await blobs.put(f"kept-{n}", bytes([n]) * 400_000)')
    run(
        _OPEN_BLOBS
        + """
import asyncio
async def more():
    n = 0
    while True:
        await blobs.put(f"more-{n}", b"m" * 900_000)
        n += 1
kept["task"] = asyncio.create_task(more())
await asyncio.sleep(0.7)
"""
    )
    phone.kill()
    open_app(phone.start(), fixture_site.url)
    found = Far(phone.page).run(
        _OPEN_BLOBS
        + """
return {name: [len(data := await blobs.get(name)), len(set(data))] for name in await blobs.names()}
"""
    )
    assert {name: size for name, size in found.items() if name.startswith("kept")} == {
        f"kept-{n}": [400_000, 1] for n in range(5)
    }
    more = [size for name, size in found.items() if name.startswith("more")]
    assert more, "nothing was under way"
    assert all(size == [900_000, 1] for size in more)


class _Registry(BaseHTTPRequestHandler):
    """Answers what the transport has to cope with."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, body[::-1], {"X-Kind": self.headers["X-Kind"], "Content-Type": "text/plain"})

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(20)
        if self.path == "/away":
            self._answer(302, b"", {"Location": "/slow"})
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
        else:
            self._answer(404, '{"code":"没有"}'.encode(), {"Content-Type": "application/problem+json"})

    do_HEAD = do_GET  # noqa: N815 - the base class's name

    def do_OPTIONS(self) -> None:
        self._answer(204, b"", {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        allowed = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers": "*",
            "Access-Control-Allow-Methods": "*",
            "Access-Control-Expose-Headers": "*",
        }
        for name, value in {**headers, **allowed, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def registry():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Registry)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


_CLIENT = """
import asyncio, httpx
from app.platform.browser.http import FetchTransport
client = httpx.AsyncClient(transport=FetchTransport(), timeout=httpx.Timeout(1.5, connect=0.1))
"""


def test_bytes_go_up_and_come_down_unchanged(far, registry):
    """A megabyte of photo and its headers cross fetch as httpx sent them."""
    code = """
body = bytes(range(256)) * 4096
answer = await client.put(given["url"] + "/x", content=body, headers={"X-Kind": "photo"}, timeout=20)
return [answer.status_code, answer.content == body[::-1], answer.headers["x-kind"]]
"""
    assert far.run(_CLIENT + code, url=registry) == [200, True, "photo"]


def test_a_refusal_is_an_answer(far, registry):
    """A 404 with its problem body is no connection error."""
    code = 'a = await client.get(given["url"] + "/none"); return [a.status_code, a.json()["code"]]'
    assert far.run(_CLIENT + code, url=registry) == [404, "没有"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/slow", "ReadTimeout"), ("/cut", "ConnectError"), ("/away", "ConnectError")],
)
def test_failures_keep_their_kind(far, registry, path, expected):
    """Too late, cut off, led astray by a captive portal: each is an error that httpx's users know."""
    code = """
try:
    await client.get(given["url"] + given["path"])
except httpx.HTTPError as error:
    return type(error).__name__
"""
    assert far.run(_CLIENT + code, url=registry, path=path) == expected


def test_no_server_is_a_connection_error(far):
    """When the registry is down, the road hears it at once."""
    code = """
try:
    await client.get("http://127.0.0.1:9/")
except httpx.ConnectError:
    return "told"
"""
    assert far.run(_CLIENT + code) == "told"


def test_a_cancelled_request_is_aborted(far, registry):
    """Stopping the runner does not leave requests behind."""
    code = """
task = asyncio.create_task(client.get(given["url"] + "/slow", timeout=None))
await asyncio.sleep(0.2)
task.cancel()
return [str(type(r).__name__) for r in await asyncio.gather(task, return_exceptions=True)]
"""
    assert far.run(_CLIENT + code, url=registry) == ["CancelledError"]


def test_flight_mode_is_noticed(phone, far):
    """The app hears when the network goes and when it comes back."""
    far.run("""
from app.platform.browser.connectivity import BrowserConnectivity
kept["net"] = BrowserConnectivity()
kept["heard"] = []
kept["stop"] = kept["net"].subscribe(kept["heard"].append)
""")
    state = 'return [kept["net"].online(), kept["heard"]]'
    assert far.run(state) == [True, []]
    phone.offline(True)
    until(lambda: far.run(state) == [False, [False]], "offline is heard")
    phone.offline(False)
    until(lambda: far.run(state) == [True, [False, True]], "online is heard")
    far.run('kept["stop"](); kept["stop"]()')


def test_what_the_network_costs_is_known_where_the_browser_tells(far):
    """S25: unknown on a desktop; mobile data costs, Wi-Fi does not, and a change between them is heard."""
    assert far.run("""
from app.platform.browser.connectivity import BrowserConnectivity
found = BrowserConnectivity()
return [found.metered(), found.sparing()]
""") == [None, False]
    far.run("""
from pyodide.code import run_js
from app.platform.browser.connectivity import BrowserConnectivity
kept["line"] = run_js('''
  const line = new EventTarget();
  Object.assign(line, {type: "cellular", saveData: true});
  Object.defineProperty(navigator, "connection", {value: line, configurable: true});
  line''')
kept["net"] = BrowserConnectivity()
kept["heard"] = []
kept["stop"] = kept["net"].subscribe(kept["heard"].append)
""")
    state = 'return [kept["net"].metered(), kept["net"].sparing(), kept["heard"]]'
    change = 'kept["line"].type = given["type"]; kept["line"].dispatchEvent(js.Event.new("change"))'
    assert far.run(state) == [True, True, []]
    far.run("import js\n" + change, type="wifi")
    assert far.run(state) == [False, True, [True]]
    far.run("import js\n" + change, type="unknown")
    assert far.run(state) == [None, True, [True, True]]
    far.run('from pyodide.code import run_js\nkept["stop"]()\nrun_js("delete navigator.connection")')


def test_the_clock_runs_forward_and_names_its_start(far):
    """Times have an order within one start of the app, and each start has a name of its own."""
    code = """
import asyncio
from app.platform.browser.clock import BrowserClock
clock, other = BrowserClock(), BrowserClock()
first = clock.monotonic_ns()
await asyncio.sleep(0.05)
now = clock.now()
return [clock.monotonic_ns() - first, now.utcoffset().total_seconds(), clock.boot_id() == other.boot_id(),
        now.timestamp()]
"""
    passed, offset, same, stamp = far.run(code)
    assert 45_000_000 < passed < 5_000_000_000
    assert (offset, same) == (0, False)
    assert abs(stamp - time.time()) < 60


_PLACE = """
from flet_geolocator import Geolocator
from app.platform.location import FletLocation
thing = FletLocation(Geolocator())
"""


def test_the_place_comes_from_the_page(far):
    """The phone's place with its accuracy, in WGS-84 (S25, R12)."""
    code = (
        _PLACE
        + "f = await thing.current(10); return [f.latitude, f.longitude, f.accuracy_m, f.at.timestamp()]"
    )
    latitude, longitude, accuracy, at = far.run(code)
    assert latitude == pytest.approx(PLACE["latitude"], abs=1e-6)
    assert longitude == pytest.approx(PLACE["longitude"], abs=1e-6)
    assert accuracy == PLACE["accuracy"]
    assert abs(at - time.time()) < 3600  # Chromium stamps the fake place when it is set


def test_a_denied_place_is_told(new_phone, fixture_site):
    """Who does not allow the place gets a clear word and can go on without."""
    phone = new_phone(place=None)
    open_app(phone.start(), fixture_site.url)
    phone.cdp().send(
        "Browser.setPermission",
        {
            "permission": {"name": "geolocation"},
            "setting": "denied",
            "origin": fixture_site.url.rsplit("/", 2)[0],
        },
    )
    with pytest.raises(PlatformError) as error:
        Far(phone.page).run(_PLACE + "await thing.current(10)")
    assert error.value.code == "location_denied"
