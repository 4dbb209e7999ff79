"""Who may import whom is enforced, not hoped for (DESIGN §2)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("domain", "forms", "app", "sync", "registry")


def sources(*rooms: str) -> list[Path]:
    return sorted(p for room in rooms for p in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def test_import_contracts_hold() -> None:
    """Every contract of import-linter is kept."""
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:]


def test_screen_states_are_plain_python() -> None:
    """A ``*_state.py`` can be tested without any screen: it never imports flet."""
    states = [p for p in sources("app") if p.name.endswith("_state.py")]
    assert states, "there should be screen states"
    for path in states:
        assert not {n for n in imported(path) if n.split(".")[0].startswith("flet")}, path


@pytest.mark.parametrize(
    ("library", "room"),
    [("tinydb", "app/store"), ("httpx", "sync"), ("litestar", "registry"), ("sqlalchemy", "registry")],
)
def test_a_library_lives_in_one_room(library: str, room: str) -> None:
    """TinyDB only in the store, HTTP only on the road, the web framework only in the office."""
    seams = ("app/platform/browser/http.py", "app/platform/native/http.py")  # transports handed to sync
    for path in sources(*ROOMS):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(room + "/") or name in seams:
            continue
        assert library not in {n.split(".")[0] for n in imported(path)}, name


def test_nothing_imports_the_composition_root() -> None:
    """Only the entry shim knows app.main."""
    for path in sources(*ROOMS):
        if path.relative_to(ROOT).as_posix() != "app/main.py":
            assert "app.main" not in imported(path), path
