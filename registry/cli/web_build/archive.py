"""app.zip: what the Python worker unpacks. Our packages as bytecode, catalogues, vendored packages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from registry.cli.web_build.node import run, tool

#: Packages that run on the phone. Everything else stays in the office.
PACKAGES = ("app", "domain", "forms", "sync")

_COMPILER = Path(__file__).with_name("compile.mjs")
_DATE = (2020, 1, 1, 0, 0, 0)


def app_files(root: Path) -> list[Path]:
    """Every file of PACKAGES that belongs on a browser phone."""
    found: list[Path] = []
    for package in PACKAGES:
        found += [path for path in sorted((root / package).rglob("*")) if _wanted(root, path)]
    return [path for path in found if path.is_file()]


def _wanted(root: Path, path: Path) -> bool:
    parts = path.relative_to(root).parts
    if "__pycache__" in parts or parts[:3] == ("app", "platform", "native"):
        return False
    # pyproject.toml or requirements.txt would make the worker ask a package index.
    return path.suffix not in {".pyc", ".mo", ".pot"} and path.name not in {
        "pyproject.toml",
        "requirements.txt",
    }


def pack_app(root: Path, main: Path, target: Path) -> None:
    """A zip of ``main`` as main.py and the packages, with each .po compiled to the .mo that gettext reads."""
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr(zipfile.ZipInfo("main.py", _DATE), main.read_bytes())
        for name, data in _entries(root):
            packed.writestr(zipfile.ZipInfo(name, _DATE), data)


def _entries(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in app_files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".po":
            yield name.removesuffix(".po") + ".mo", _catalogue(path)
        else:
            yield name, path.read_bytes()


def _catalogue(path: Path) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as source:
        catalogue = read_po(source)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def compile_archive(pyodide: Path, source: Path, target: Path) -> str:
    """Turn .py into .pyc with the Python of ``pyodide``; returns the names that did not compile."""
    command = [tool("node"), str(_COMPILER), str(pyodide), str(source), str(target)]
    return run(command, "Compiling Python for the phone")


def join(parts: list[Path], target: Path) -> None:
    """One archive out of several, in order."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as joined:
        for part in parts:
            with zipfile.ZipFile(part) as given:
                for item in given.infolist():
                    data = given.read(item)
                    joined.writestr(zipfile.ZipInfo(item.filename, _DATE), data, zipfile.ZIP_DEFLATED)
