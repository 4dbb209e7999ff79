"""The documents say what is true (HABITS 14)."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from registry.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link and picture in a document exists."""
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(page)):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_make_targets_named_in_documents_exist() -> None:
    """Whoever types a command from a document finds it."""
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.M))
    for page in PAGES:
        for name in re.findall(r"`(?:PORT=\d+ )?make ([a-z-]+)", text(page)):
            assert name in targets, f"{page.name}: make {name}"


def _commands(group: click.Group, prefix: str = "") -> set[str]:
    found: set[str] = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.add(f"{prefix}{name}")
        if isinstance(command, click.Group):
            found |= _commands(command, f"{prefix}{name} ")
    return found


def test_nuanfang_commands_named_in_documents_exist() -> None:
    """The same for the nuanfang command."""
    known = _commands(cli)
    for page in PAGES:
        for line in re.findall(r"`(?:\.venv/bin/)?nuanfang ([a-z][a-z -]*[a-z])", text(page)):
            words = line.split()
            assert words[0] in known, f"{page.name}: nuanfang {line}"
            if isinstance(cli.commands[words[0]], click.Group):
                assert f"{words[0]} {words[1]}" in known, f"{page.name}: nuanfang {line}"


def test_decision_records_are_numbered_and_under_a_page() -> None:
    """A decision fits on one page and has its own number."""
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert numbers
    assert len(set(numbers)) == len(numbers)
    for path in records:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        assert len(text(path).split()) <= 600, path.name


def test_requirements_named_in_tests_exist() -> None:
    """A test that claims to prove S-number or R-number names one that exists (S1-S54, R1-R24)."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for letter, number in re.findall(r"\b([SR])(\d{1,3})\b", text(path)):
            assert int(number) <= (54 if letter == "S" else 24), f"{path.name}: {letter}{number}"
