"""Every sentence for people is in the language files, in all three languages (DOMAIN §5, HABITS 14)."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LANG = ROOT / "app" / "lang"
LANGUAGES = ("zh_Hans", "en", "zh_Hant")
CJK = re.compile("[\u3400-\u9fff]")

# Texts that are data of the field, not sentences of the screen, or are printed by the office's own command.
CHINESE_ALLOWED = (
    "domain/money.py",  # units people type
    "domain/capitals.py",  # 大写 is a statutory notation
    "domain/regions.py",  # names of GB/T 2260
    "forms/xpath/dates.py",  # months and weekdays of format-date() in a Chinese form
    "registry/service/sample_county.py",
    "registry/service/sample/",
    "registry/cli/",
)


def load(language: str) -> dict[str, str]:
    messages: dict[str, str] = {}
    for path in sorted((LANG / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            catalogue: Catalog = read_po(file)
        for message in catalogue:
            if message.id:
                assert str(message.id) not in messages, f"{message.id} twice ({path.name})"
                messages[str(message.id)] = str(message.string)
    return messages


CATALOGUES = {language: load(language) for language in LANGUAGES}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_complete(language: str) -> None:
    """No sentence is missing or empty in any language, and the blanks to fill are the same."""
    source, own = CATALOGUES["zh_Hans"], CATALOGUES[language]
    assert source, "the source catalogue is empty"
    assert sorted(source) == sorted(own)
    empty = [key for key, value in own.items() if not value.strip()]
    assert not empty
    for key, value in own.items():
        assert placeholders(value) == placeholders(source[key]), key


def test_english_keeps_to_straight_quotes() -> None:
    """The app's font draws curly ones as wide as a Chinese character: “phone’ s” with a hole in it."""
    curly = {key: text for key, text in CATALOGUES["en"].items() if set(text) & set("‘’“”")}
    assert not curly


def test_traditional_texts_are_traditional_throughout() -> None:
    """One way of writing, that of Big5: no 裏 beside 裡, no 着 beside 著, nothing simplified left over."""
    own_names = {"简体中文", "傈僳族", "畲族", "仫佬族"}
    strange = {
        key: text
        for key, text in CATALOGUES["zh_Hant"].items()
        if text not in own_names
        and any(CJK.match(char) and not char.encode("big5", "ignore") for char in text)
    }
    assert not strange


def trees() -> list[tuple[str, ast.Module]]:
    found = []
    for room in ("domain", "forms", "app", "sync", "registry"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            found.append((name, ast.parse(path.read_text(encoding="utf-8"))))
    return found


def test_every_text_that_is_asked_for_exists() -> None:
    """``t("…")`` with a literal key always finds its sentence."""
    known = CATALOGUES["zh_Hans"]
    missing = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "t"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and node.args[0].value not in known
            ):
                missing.append(f"{name}:{node.lineno} {node.args[0].value}")
    assert not missing


def _docstrings(tree: ast.Module) -> set[int]:
    own: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            for statement in body:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    own.add(id(statement.value))
    return own


def test_no_chinese_in_logic() -> None:
    """Logic speaks in codes; only language files (and statutory notations) hold Chinese."""
    found = []
    for name, tree in trees():
        if name.startswith(CHINESE_ALLOWED):
            continue
        skip = _docstrings(tree)
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in skip else None
            if isinstance(text, str) and CJK.search(text):
                found.append(f"{name}:{getattr(node, 'lineno', 0)} {text[:30]}")
    assert not found
