"""The browser's files, crypto and secrets keep the same promises as the native ones, in real Chromium."""

from __future__ import annotations

import itertools
import statistics
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from app.platform.errors import PlatformError
from registry.cli.web_build.build import build
from registry.cli.web_build.serve import serve
from tests.browser.far_device import Far, FarCrypto, FarFolder
from tests.browser.harness import phone as harness
from tests.browser.harness.hands import open_app
from tests.contracts.test_crypto_contract import CryptoContract
from tests.contracts.test_files_contract import FolderContract

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(harness.CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.timeout(300),
]
ROOT = Path(__file__).parent.parent.parent
_count = itertools.count()


@pytest.fixture(scope="module")
def url():
    fixture = ROOT / "tests" / "browser" / "fixture_app" / "main.py"
    built = build(ROOT, ROOT / "build" / "fixture", main=fixture, progress=lambda _: None)
    with serve(built.out) as site:
        yield site.url


@pytest.fixture(scope="module")
def phone(tmp_path_factory):
    with sync_playwright() as playwright:
        phone = harness.Phone(playwright, tmp_path_factory.mktemp("profile"))
        yield phone
        phone.close()


@pytest.fixture(scope="module")
def far(phone, url) -> Far:
    open_app(phone.start(), url)
    return Far(phone.page)


class TestOpfsFolder(FolderContract):
    @pytest.fixture
    def opener(self, far):
        name = f"folder-{next(_count)}"
        return lambda: FarFolder(far, name)

    def test_a_second_tab_is_told(self, far, opener):
        """While one tab has the store, another gets a clear error; afterwards it opens."""
        first = opener()
        with pytest.raises(PlatformError) as error:
            opener()
        assert error.value.code == "store_in_use"
        first.close()
        opener().close()

    def test_the_pool_grows_on_request(self, far, opener):
        """More files are prepared while nobody waits."""
        folder = opener()
        name = folder._name
        far.run('await kept[given["name"]].reserve(9)', name=name)
        assert folder.free() == 9
        folder.open("a").append(b"x")
        folder.close()
        again = opener()
        assert (again.names(), again.free()) == (["a"], 8)
        again.close()


class TestNobleCrypto(CryptoContract):
    @pytest.fixture
    def crypto(self, far):
        return FarCrypto(far)


def test_secrets_stay_in_the_browser(far):
    """The store's key is there after a reload of the code, is sealed at rest, and can be forgotten."""
    code = """
from app.platform.browser.secrets import BrowserSecrets
from pyodide.code import run_js
first = BrowserSecrets()
missing = await first.get("key")
await first.put("key", bytes(range(32)))
await first.put("other", b"x")
again = BrowserSecrets()
found = await again.get("key")
raw = await run_js('''new Promise((ok) => {
  const asked = indexedDB.open("nuanfang-secrets", 1);
  asked.onsuccess = () => {
    const store = asked.result.transaction("kept").objectStore("kept");
    const sealed = store.get("secret:key");
    const key = store.get("key");
    key.onsuccess = async () => {
      const copy = await crypto.subtle.exportKey("raw", key.result).then(() => "copied", (e) => e.name);
      ok([new Uint8Array(sealed.result.sealed), copy]);
    };
  };
})''')
await again.delete("key")
return [missing, found, raw[0].to_bytes(), raw[1], await first.get("key"), await first.get("other")]
"""
    missing, found, raw, copied, gone, other = far.run(code)
    assert (missing, found, gone, other) == (None, bytes(range(32)), None, b"x")
    assert bytes(range(32)) not in raw
    assert len(raw) == 48
    assert copied == "InvalidAccessError"  # the key cannot be read out


_OPEN = """
from app.platform.browser.files import OpfsFolder
from app.platform.browser.crypto import NobleCrypto
from app.platform.browser.device import site_url
from app.store import open_database
folder = await OpfsFolder.connect("store-test")
crypto = await NobleCrypto.load(site_url("crypto-noble.js"))
kept["db"] = db = open_database(folder, b"k" * 32, crypto=crypto)
"""


def test_the_store_survives_a_killed_browser(phone, far, url):
    """What insert() returned for is there after SIGKILL of the browser, encrypted, in one piece (S25)."""
    took = far.run(
        _OPEN
        + """
import time
times = []
for number in range(300):
    started = time.perf_counter()
    with db.batch():
        db.table("records").insert({"id": f"r{number}", "note": "入户走访" * 60})
        db.table("outbox").insert({"id": f"r{number}"})
    times.append(time.perf_counter() - started)
return times
"""
    )
    print(f"insert of a pair in the browser: median {statistics.median(took) * 1e3:.1f} ms")
    phone.kill()
    open_app(phone.start(), url)
    again = Far(phone.page)
    found = again.run(
        _OPEN
        + """
from tinydb import where
records, outbox = db.table("records"), db.table("outbox")
counts = [len(records), len(outbox), len(db.reports), records.get(where("id") == "r299")["note"]]
records.remove(where("id").test(lambda i: int(i[1:]) < 250))
while db.compact_step():
    pass
db.close()
return counts
"""
    )
    assert found == [300, 300, 0, "入户走访" * 60]
    left = again.run(_OPEN + 'n = len(db.table("records")); db.close(); return n')
    assert left == 50
