"""The tree itself: small rooms, nothing generated, no addresses of package indexes (house rules)."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in names.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_package_index_is_named() -> None:
    """A clone installs from whatever index the machine is set up for."""
    hosts = re.compile(
        r"(py" + r"pi|python" + r"hosted)\.org|registry\.npm" + r"js|deb\.debian" + r"\.org", re.I
    )
    for path in tracked():
        if path.stat().st_size < 2_000_000 and path.suffix not in {".png", ".woff2", ".jpg"}:
            assert not hosts.search(path.read_text(encoding="utf-8", errors="ignore")), path


def test_nothing_large_or_generated_is_tracked() -> None:
    """What a command can make again is not committed."""
    for path in tracked():
        assert path.stat().st_size <= 3_000_000, path
        assert path.suffix not in {".mo", ".pyc", ".whl", ".zip"} or "fixtures" in path.parts, path


def test_rooms_stay_small() -> None:
    """No source file grows past 400 lines; the usual size is near 150. Tables of questions are no code."""
    sizes = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked()
        if path.suffix == ".py" and not {"tests", "assets"} & set(path.parts) and "sample" not in path.name
    }
    assert max(sizes.values()) <= 400, max(sizes, key=lambda p: sizes[p])


def test_every_locked_package_has_hashes() -> None:
    """Each line of the lock files is pinned and hashed."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8"))
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert lines
        for line in lines:
            assert "==" in line, (path, line)
            assert "--hash=sha256:" in line, (path, line)


def test_phone_requirements_are_those_of_the_package() -> None:
    """What pip locks for the phone and what Flet packages are one list."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {d.replace(" ", "") for d in project["dependencies"]}
    lines = (ROOT / "requirements" / "phone.in").read_text(encoding="utf-8").splitlines()
    assert wanted == {line.strip() for line in lines if line.strip() and not line.startswith("#")}
