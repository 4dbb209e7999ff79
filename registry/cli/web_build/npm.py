"""JavaScript packages: pinned by sha512, fetched by npm, bundled into one module."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tarfile
import tempfile
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from registry.cli.web_build.cache import BuildError
from registry.cli.web_build.node import run, tool


@dataclass(frozen=True)
class Package:
    """One entry of web-npm.toml."""

    name: str
    version: str
    integrity: str


def packages(locked: Path, purpose: str) -> list[Package]:
    """The packages pinned under ``[[purpose]]``."""
    return [Package(**entry) for entry in tomllib.loads(locked.read_text())[purpose]]


def bundle(locked: Path, purpose: str, entry: Path, target: Path) -> None:
    """``entry`` and what it imports of ``[[purpose]]``, as one ES module without bare imports."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        for package in packages(locked, purpose):
            fetch(package, folder)
        (folder / entry.name).write_text(entry.read_text())
        options = ["--bundle", "--format=esm", "--minify", "--legal-comments=eof", "--target=es2022"]
        bundler = folder / "node_modules" / "esbuild-wasm" / "bin" / "esbuild"
        command = [tool("node"), str(bundler), entry.name, *options, "--outfile=out.mjs"]
        run(command, f"Bundling {entry.name}", cwd=folder)
        target.write_bytes((folder / "out.mjs").read_bytes())


def fetch(package: Package, folder: Path, only: Container[str] | None = None) -> Path:
    """Download into folder/node_modules/<name> and return that; ``only`` names the files to unpack.

    Raises BuildError for other bytes than the pinned ones.
    """
    spec = f"{package.name}@{package.version}"
    archive = run([tool("npm"), "pack", "--silent", spec], f"Fetching {spec}", cwd=folder).split()[-1]
    data = (folder / archive).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != package.integrity:
        raise BuildError(f"{spec}: the download is {found}, web-npm.toml says {package.integrity}")
    target = folder / "node_modules" / package.name
    unpack(folder / archive, target, only)
    return target


def unpack(archive: Path, target: Path, only: Container[str] | None = None) -> None:
    """Write the plain files of an npm package, without its leading ``package/``, into ``target``.

    Raises BuildError for a name that leads outside. Written by hand: Debian's Python 3.11.2 has no
    ``tarfile`` extraction filters yet.
    """
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            name = member.name.partition("/")[2]
            if not member.isfile() or (only is not None and name not in only):
                continue
            path = target / name
            if not path.resolve().is_relative_to(target.resolve()):
                raise BuildError(f"{archive.name}: {member.name} leads outside the package")
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed.extractfile(member) as content, path.open("wb") as file:  # type: ignore[union-attr]
                shutil.copyfileobj(content, file)
