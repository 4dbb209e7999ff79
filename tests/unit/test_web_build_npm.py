"""JavaScript packages are unpacked by hand: Debian's Python 3.11.2 has no extraction filters."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from registry.cli.web_build.cache import BuildError
from registry.cli.web_build.npm import unpack


def package(folder: Path, files: dict[str, bytes]) -> Path:
    """An archive as npm packs it, with a symbolic link in it besides."""
    path = folder / "thing.tgz"
    with tarfile.open(path, "w:gz") as packed:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("package/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
    return path


def test_files_are_unpacked_without_links(tmp_path):
    """The package's files arrive whole; a link in it does not."""
    unpack(package(tmp_path, {"package/a.js": b"a", "package/lib/b.js": b"b"}), tmp_path / "out")
    found = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*")}
    assert found == {"a.js", "lib", "lib/b.js"}
    assert (tmp_path / "out" / "lib" / "b.js").read_bytes() == b"b"


def test_only_the_named_files(tmp_path):
    """Of a large package only what is wanted is written."""
    archive = package(tmp_path, {"package/a.js": b"a", "package/b.js": b"b"})
    unpack(archive, tmp_path / "out", only={"b.js"})
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.js"]


@pytest.mark.parametrize("name", ["package/../../evil", "package//etc/evil"])
def test_a_package_cannot_write_outside(tmp_path, name):
    """A name that leads out of the folder stops the build."""
    with pytest.raises(BuildError, match="outside"):
        unpack(package(tmp_path, {name: b"x"}), tmp_path / "out")
    assert not (tmp_path / "evil").exists()
