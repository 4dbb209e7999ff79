"""What requirements/ asks for and locks, for the tests of this folder."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "requirements"


def locked(name: str) -> set[str]:
    """Names of the packages that a .txt pins."""
    return set(re.findall(r"^([a-z0-9_.-]+)==", (FOLDER / name).read_text(encoding="utf-8"), re.M))


def given(name: str) -> set[str]:
    """The lines of a .in file that name packages."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith(("#", "-r"))}
