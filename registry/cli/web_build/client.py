"""The Flutter client and Pyodide out of the flet-web package, without what a phone never asks for."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from importlib.metadata import version
from pathlib import Path

from registry.cli.web_build.cache import BuildError

#: Version whose files the patches below were written against; requirements/dev.in pins it.
EXPECTED = "1.0.5"

_UNUSED = re.compile(
    r"""\.symbols$|\.map$|\.d\.ts$|^pyodide/(python|python\.bat|python\.exe|python_cli_entry\.mjs|pyodide\.js)$
    |^pyodide/.*\.whl$|experimental_webparagraph|/wimp\.|flutter_service_worker|assets/NOTICES|flutter_math_fork
    |^index\.html$|^manifest\.json$|^icons/|^favicon|^assets/fonts/noto|^flutter\.js$""",
    re.VERBOSE,
)


def client_folder() -> Path:
    """Where flet-web keeps its web client."""
    spec = importlib.util.find_spec("flet_web")
    if spec is None or spec.origin is None:
        raise BuildError("flet-web is missing; install requirements/dev.txt")
    if version("flet-web") != EXPECTED:
        raise BuildError(f"flet-web {version('flet-web')} is installed, the build knows {EXPECTED}")
    return Path(spec.origin).parent / "web"


def copy_client(source: Path, site: Path) -> None:
    """Copy what the phone needs and apply the patches."""
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and not _UNUSED.search(name):
            target = site / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    _patch_bootstrap(site / "flutter_bootstrap.js")
    _patch_worker(site / "python-worker.js")
    _patch_page_side(site / "python.js")


FALLBACK_FAMILY = "Noto Sans SC"
"""As app.views.theme.FALLBACK_FONT."""


def write_font_manifest(site: Path, bold: bool) -> None:
    """Our Noto Sans SC takes the name Roboto: Flutter's default family, loaded before the first frame,
    so that Chinese is never a box and no theme has to name a font. The regular face stands under its own
    name too: app/views/theme.py falls back to it for a character that the bold face lacks, which would
    otherwise be blank (people's names are rare, and traditional characters are not in GB2312)."""
    manifest = site / "assets" / "FontManifest.json"
    kept = [f for f in json.loads(manifest.read_text()) if "KaTeX" not in f["family"]]
    faces: list[dict[str, object]] = [{"asset": "fonts/roboto.woff2"}]
    if bold:
        faces.append({"asset": "fonts/roboto-bold.woff2", "weight": 700})
    kept.append({"family": "Roboto", "fonts": faces})
    kept.append({"family": FALLBACK_FAMILY, "fonts": faces[:1]})
    manifest.write_text(json.dumps(kept))


def replace_once(text: str, old: str, new: str, where: str) -> str:
    """Replace exactly one occurrence; anything else means that flet-web has changed under us."""
    if text.count(old) != 1:
        raise BuildError(f"{where}: expected one {old[:60]!r}, found {text.count(old)}")
    return text.replace(old, new)


def _patch_bootstrap(path: Path) -> None:
    # Flutter's loader would replace our service worker by its own and then unregister it.
    text, count = re.subn(r"serviceWorkerSettings:\s*\{[^}]*\},", "", path.read_text(), flags=re.DOTALL)
    if count != 1:
        raise BuildError("flutter_bootstrap.js: serviceWorkerSettings not found")
    # The opening picture stays until the app has drawn its first screen; boot.js takes it away.
    path.write_text(replace_once(text, "document.getElementById('loading')?.remove();", "", path.name))


_EARLY_START = """self.startPython = async function (url) {
    const { loadPyodide } = await import(url);
    return await loadPyodide({
        stdout: (text) => self.sendPythonOutput(text, false),
        stderr: (text) => self.sendPythonOutput(text, true),
    });
};

self.initPyodide = async function () {"""

_EARLY_WORD = """self.onmessage = async (event) => {
    if (event.data && event.data.nuanfangStart) {
        self.nuanfangPage = event.data.page;
        self.early = self.startPython(event.data.nuanfangStart);
        self.early.catch(() => {});
        return;
    }"""


def _patch_worker(path: Path) -> None:
    """Let Python start while Flutter is still being loaded (about 2 s won on two cores)."""
    text = path.read_text()
    first, last = (
        "const pyodideModule = await import(self.pyodideUrl);",
        'self.pyodide.registerJsModule("flet_js"',
    )
    if text.count(first) != 1 or text.count(last) != 1:
        raise BuildError("python-worker.js: the place where Python is loaded was not found")
    loading = text[text.index(first) : text.index(last)]
    started = "self.pyodide = await (self.early || self.startPython(self.pyodideUrl));\n        "
    text = replace_once(text, loading, started, path.name)
    text = replace_once(text, "self.initPyodide = async function () {", _EARLY_START, path.name)
    text = replace_once(text, "self.onmessage = async (event) => {", _EARLY_WORD, path.name)
    path.write_text(text)


def _patch_page_side(path: Path) -> None:
    """Use the worker that boot.js has started."""
    text, count = re.subn(
        r"app\.worker = new Worker\(.*?\);",
        "app.worker = globalThis.nuanfangWorker || nuanfang.startWorker();\n"
        "    globalThis.nuanfangWorker = null;",
        path.read_text(),
        flags=re.DOTALL,
    )
    if count != 1:
        raise BuildError("python.js: the place where the worker is made was not found")
    path.write_text(text)
