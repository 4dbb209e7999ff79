"""Put the browser edition together in build/web."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from registry.cli.web_build import archive, fonts, worker
from registry.cli.web_build.cache import BuildError, Cache, Progress, digest, digest_files
from registry.cli.web_build.parts import Parts

_HERE = Path(__file__).parent
#: Folders of assets/ that are material for the build or the office, not for the phone.
_NOT_SERVED = {"web", "fonts", "icons", "forms", "sample"}

#: JavaScript for the Python worker: purpose in web-npm.toml, entry in assets/web and name in the site.
_MODULES = (("crypto", "crypto-noble.js"), ("codes", "codes-zxing.js"))


@dataclass(frozen=True)
class BuildResult:
    """What was built: ``out`` is ready to serve under the base path."""

    out: Path
    version: str
    kept_bytes: int
    seconds: float
    rebuilt: bool


def build(
    root: Path,
    out: Path,
    *,
    base: str = "/app/",
    main: Path | None = None,
    cache: Path | None = None,
    progress: Progress = print,
) -> BuildResult:
    """Build the site of the project in ``root`` into ``out``; nothing happens when nothing changed.

    ``base`` is the path it will be served under, with slashes at both ends. ``main`` replaces
    ``root``/main.py (for tests). Slow parts are kept in ``cache`` (default ``root``/build/cache).
    Raises BuildError with a sentence for the person.
    """
    started = time.monotonic()
    main = main or root / "main.py"
    if not main.is_file():
        raise BuildError(f"{main} is missing")
    if not (base.startswith("/") and base.endswith("/")):
        raise BuildError(f"base must begin and end with a slash: {base!r}")
    kept = Cache(cache or root / "build" / "cache", progress)
    with kept.alone():
        key = digest(_sources(root), main.read_bytes(), base)
        done = _finished(out)
        rebuilt = done.get("key") != key
        if rebuilt:
            done = {"key": key, **_assemble(Parts(root, main, kept), out, base, progress)}
            (out / "build.json").write_text(json.dumps(done))
        else:
            progress("The browser edition is up to date.")
    return BuildResult(
        out=out,
        version=str(done["version"]),
        kept_bytes=int(str(done["bytes"])),
        seconds=time.monotonic() - started,
        rebuilt=rebuilt,
    )


def package_font(root: Path, *, progress: Progress = print) -> Path:
    """Write assets/fonts/NuanFangSans.ttf, which native packages carry for the watermark (not committed)."""
    kept = Cache(root / "build" / "cache", progress)
    target = root / "assets" / "fonts" / "NuanFangSans.ttf"
    with kept.alone():
        given = Parts(root, root / "main.py", kept).typeface() / "regular.ttf"
        fonts.subset(given, target, wide=True, flavour=None)
    return target


def _finished(out: Path) -> dict[str, object]:
    try:
        found = json.loads((out / "build.json").read_text())
    except (OSError, ValueError):
        return {}
    return dict(found)


def _sources(root: Path) -> str:
    files = archive.app_files(root)
    files += [p for p in (root / "assets").rglob("*") if p.is_file() and not _office(root, p)]
    files += [p for p in _HERE.iterdir() if p.suffix in {".py", ".mjs"} and root in p.parents]
    files += [root / "requirements" / name for name in ("web.txt", "web-npm.toml")]
    return digest_files(root, set(files))


def _office(root: Path, path: Path) -> bool:
    return path.relative_to(root / "assets").parts[0] in {"forms", "sample"}


def _assemble(parts: Parts, out: Path, base: str, progress: Progress) -> dict[str, object]:
    """Write the whole site beside ``out`` and swap it in, so that a server never shows half of it."""
    fresh = out.with_name(f".{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(parts.base_site(), fresh)
    archive.join([parts.app(), parts.packages()], fresh / "app.zip")
    for purpose, name in _MODULES:
        shutil.copyfile(parts.module(purpose, name), fresh / name)
    shutil.copytree(parts.icons(), fresh / "icons")
    _copy_assets(parts.root, fresh, base)
    version, kept = worker.write_worker(parts.root / "assets" / "web" / "sw.js", fresh)
    shutil.rmtree(out, ignore_errors=True)
    fresh.replace(out)
    progress(f"Browser edition {version} in {out}: {kept / 1e6:.1f} MB on a phone.")
    return {"version": version, "bytes": kept}


def _copy_assets(root: Path, site: Path, base: str) -> None:
    for name in ("index.html", "manifest.json"):
        text = (root / "assets" / "web" / name).read_text(encoding="utf-8").replace("@@BASE@@", base)
        (site / name).write_text(text, encoding="utf-8")
    for name in ("boot.js", "probe.js"):
        shutil.copyfile(root / "assets" / "web" / name, site / name)
    for folder in sorted((root / "assets").iterdir()):
        if folder.is_dir() and folder.name not in _NOT_SERVED:
            shutil.copytree(folder, site / folder.name, dirs_exist_ok=True)
