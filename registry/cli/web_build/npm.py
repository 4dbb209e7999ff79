"""JavaScript packages: pinned by sha512, fetched by npm, bundled into one module."""

from __future__ import annotations

import base64
import hashlib
import tarfile
import tempfile
import tomllib
from pathlib import Path

from registry.cli.web_build.cache import BuildError
from registry.cli.web_build.node import run, tool


def bundle_crypto(locked: Path, entry: Path, target: Path) -> None:
    """crypto-noble.js: ``entry`` and what it imports, as one ES module without bare imports."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        for package in tomllib.loads(locked.read_text())["package"]:
            fetch(package["name"], package["version"], package["integrity"], folder)
        (folder / entry.name).write_text(entry.read_text())
        options = ["--bundle", "--format=esm", "--minify", "--legal-comments=eof", "--target=es2022"]
        bundler = folder / "node_modules" / "esbuild-wasm" / "bin" / "esbuild"
        command = [tool("node"), str(bundler), entry.name, *options, "--outfile=out.mjs"]
        run(command, "Bundling crypto-noble.js", cwd=folder)
        target.write_bytes((folder / "out.mjs").read_bytes())


def fetch(name: str, version: str, integrity: str, folder: Path) -> Path:
    """Download ``name`` at ``version`` into folder/node_modules; refuse other bytes than the pinned ones."""
    spec = f"{name}@{version}"
    archive = run([tool("npm"), "pack", "--silent", spec], f"Fetching {spec}", cwd=folder).split()[-1]
    data = (folder / archive).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != integrity:
        raise BuildError(f"{spec}: the download is {found}, web-npm.toml says {integrity}")
    target = folder / "node_modules" / name
    with tarfile.open(folder / archive) as packed:
        for member in packed.getmembers():
            member.name = member.name.partition("/")[2]
            if member.name and member.isfile():
                packed.extract(member, target, filter="data")
    return target
