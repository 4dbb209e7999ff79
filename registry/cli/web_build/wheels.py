"""The Python packages of the browser edition: pinned wheels, fetched by pip, merged into one archive."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from registry.cli.web_build.cache import BuildError
from registry.cli.web_build.node import run

#: The platform tag of flet-web's Pyodide (Python 3.14).
PLATFORM = "pyemscripten_2026_0_wasm32"
PYTHON = ("3.14", "cp314")

#: Folder in the archive that Flet's worker puts on sys.path.
INSIDE = "__pypackages__"

# Never imported on a phone. Time zones: the ones of our users, and UTC (tzdata carries 600 files).
_UNUSED = re.compile(
    r"""\.pyi$|\.(c|h|pyx|pxd)$|/tests?/|dist-info/(RECORD|WHEEL|licenses|LICENSE|entry_points|top_level)
    |^flet/(testing|auth|fastapi|security|pubsub/redis)|^certifi/cacert\.pem
    |^tzdata/zoneinfo/(?!__init__|(UTC|PRC|Etc/__init__\.py|Etc/UTC|Asia/__init__\.py)$
        |Asia/(Shanghai|Urumqi|Hong_Kong|Macau|Taipei)$)
    |^tzdata/zones$""",
    re.VERBOSE,
)


def download(locked: Path, folder: Path) -> None:
    """Fetch exactly the wheels that ``locked`` names, with their hashes, into ``folder``."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    exact = ["--require-hashes", "--requirement", str(locked), "--dest", str(folder)]
    run(pip + platform_options() + exact, "Fetching the Python packages of the browser edition")


def platform_options() -> list[str]:
    """pip options that choose wheels for the phone's Python instead of ours."""
    version, abi = PYTHON
    wanted = ["--platform", PLATFORM, "--python-version", version, "--implementation", "cp"]
    return ["--only-binary=:all:", *wanted, "--abi", abi, "--abi", "none"]


def merge(folder: Path, target: Path) -> None:
    """One zip with the contents of every wheel under INSIDE, without what is unused."""
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        raise BuildError(f"no wheels in {folder}")
    with zipfile.ZipFile(target, "w") as merged:
        for wheel in wheels:
            for name, data in _contents(wheel):
                merged.writestr(zipfile.ZipInfo(f"{INSIDE}/{name}", (2020, 1, 1, 0, 0, 0)), data)


def _contents(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.endswith("/") and not _UNUSED.search(name):
                yield name, archive.read(name)
