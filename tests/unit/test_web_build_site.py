"""The pieces around the app: version and list of the service worker, server, locks, icons, fonts."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

from registry.cli.web_build import BuildError, build, client, fonts, icons, worker
from registry.cli.web_build.serve import serve

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "assets" / "web" / "sw.js"
REQUIREMENTS = ROOT / "requirements"


@pytest.fixture
def site(tmp_path) -> Path:
    for name in ("index.html", "main.dart.wasm", "main.dart.js", "canvaskit/skwasm.wasm", "app.zip"):
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 400)
    return tmp_path / "site"


def listed(site: Path) -> dict[str, dict]:
    return json.loads(re.search(r"const FILES = (\{.*\});", (site / "sw.js").read_text()).group(1))


def test_every_file_is_kept_and_others_only_where_needed(site):
    """A phone downloads the renderer that it uses, not all of them."""
    version, kept = worker.write_worker(TEMPLATE, site)
    files = listed(site)
    assert files["main.dart.wasm"]["for"] == ["skwasm", "skwasm_heavy"]
    assert files["main.dart.js"]["for"] == ["chromium", "canvaskit"]
    assert "for" not in files["app.zip"]
    assert kept == sum(f["size"] for name, f in files.items() if name != "main.dart.js")
    assert f'"{version}"' in (site / "sw.js").read_text()


def test_the_version_follows_the_contents(site):
    """The same site is no update; one byte more is one."""
    first = worker.write_worker(TEMPLATE, site)[0]
    assert worker.write_worker(TEMPLATE, site)[0] == first
    (site / "app.zip").write_bytes(b"other")
    assert worker.write_worker(TEMPLATE, site)[0] != first


def test_squeezed_copies_do_not_count(site):
    """The .gz files are for the server; the service worker asks for the plain names."""
    before = worker.write_worker(TEMPLATE, site)[0]
    assert worker.squeeze(site) > 0
    assert (site / "main.dart.js.gz").exists()
    assert worker.write_worker(TEMPLATE, site)[0] == before


def test_the_server_serves_below_its_base(site):
    """Types are the ones that browsers insist on; nothing outside the folder is served."""
    (site / "x.mjs").write_text("export {}")
    with serve(site) as running:
        types = {
            name: urllib.request.urlopen(running.url + name).headers["content-type"]
            for name in ("x.mjs", "main.dart.wasm", "index.html")
        }
        root = urllib.request.urlopen(running.url.removesuffix("app/"))
        assert root.url == running.url
        for bad in ("../../../etc/passwd", "nothing"):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(running.url + bad)
        worker.squeeze(site)
        asked = urllib.request.Request(running.url + "index.html", headers={"Accept-Encoding": "gzip"})
        answer = urllib.request.urlopen(asked)
        assert gzip.decompress(answer.read()) == (site / "index.html").read_bytes()
        assert (answer.headers["content-encoding"], answer.headers["content-type"]) == ("gzip", "text/html")
    assert types == {
        "x.mjs": "text/javascript",
        "main.dart.wasm": "application/wasm",
        "index.html": "text/html",
    }


def test_the_page_tells_the_client_all_that_it_asks_for():
    """Our index.html defines every setting that flet-web's own index.html defines."""
    given = (client.client_folder() / "index.html").read_text()
    theirs = set(re.findall(r"^      (\w+):", given[given.index("var flet = {") :], re.MULTILINE))
    ours = (ROOT / "assets" / "web" / "index.html").read_text()
    assert theirs
    assert not {name for name in theirs if f"{name}:" not in ours}


def test_the_page_asks_nobody_else():
    """A policy in the page keeps everything of the app on its own host."""
    page = (ROOT / "assets" / "web" / "index.html").read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1)
    assert policy.startswith("default-src 'self' blob: data:;")
    assert "http" not in policy
    assert "https://" not in page.replace("http-equiv", "")


def test_the_browser_edition_has_the_phone_versions():
    """web.txt pins the versions of phone.txt, with hashes and no addresses; two are left out on purpose."""

    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (REQUIREMENTS / name).read_text(), re.MULTILINE))

    web, phone = pins("web.txt"), pins("phone.txt")
    assert web.items() <= phone.items()
    assert not {"pillow", "cryptography"} & set(web)
    text = (REQUIREMENTS / "web.txt").read_text()
    assert text.count("--hash=sha256:") == len(web)
    assert "://" not in text


def test_npm_packages_are_pinned_by_sha512():
    """Each JavaScript package has one version and its hash, and no address."""
    text = (REQUIREMENTS / "web-npm.toml").read_text()
    entries = [entry for group in tomllib.loads(text).values() for entry in group]
    assert {"@noble/ciphers", "@noble/curves", "@noble/hashes"} <= {entry["name"] for entry in entries}
    assert all(re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", entry["integrity"]) for entry in entries)
    assert "://" not in text


def test_rare_names_are_in_the_font():
    """People's names use characters far outside the common sets; the regular font carries all there are."""
    wide, narrow = fonts.characters(True), fonts.characters(False)
    assert narrow < wide
    assert {ord(letter) for letter in "龘镕喆堃頔䶮㛃𬱖"} <= wide
    assert {ord(letter) for letter in "走访慰问困难职工￥壹贰叁，。ABC123é"} <= narrow


def test_icons_are_drawn(tmp_path):
    """The home screen gets our house in the sizes it asks for; the maskable ones fill their square."""
    icons.draw_icons(tmp_path / "icons")
    for name, size in {
        "icon-192.png": 192,
        "icon-maskable-512.png": 512,
        "apple-touch-icon.png": 180,
    }.items():
        with Image.open(tmp_path / "icons" / name) as image:
            assert image.size == (size, size)
            assert image.getpixel((0, 0))[3] == (0 if name == "icon-192.png" else 255)


def test_mistakes_are_told_in_words(tmp_path):
    """A wrong base or a missing main.py stops the build at once with a sentence."""
    with pytest.raises(BuildError, match=r"main\.py is missing"):
        build(tmp_path, tmp_path / "out", progress=lambda _: None)
    (tmp_path / "main.py").write_text("")
    with pytest.raises(BuildError, match="slash"):
        build(tmp_path, tmp_path / "out", base="app", progress=lambda _: None)
