"""Every code that anything raises has a sentence that says what is wrong and what to do."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest

from app.lang import LANGUAGES, set_language, t
from sync.protocol.problems import PROBLEMS

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[a-z][a-z0-9_]+\Z")
# Raised for a programmer at the office's own terminal or a build, never shown in the app.
NOT_FOR_PEOPLE = ("registry/cli/", "registry/web/", "bench/", "app/lang/")
# Chosen by a helper, so not a literal where the error is raised.
CHOSEN = (
    "amount_missing",
    "amount_negative",
    "amount_has_separators",
    "amount_has_unit",
    "amount_not_a_number",
)


def _raised(tree: ast.Module) -> set[str]:
    """First arguments of our errors, and the ``code`` that an error class sets."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", "")
            if name.endswith("Error") and not hasattr(builtins, name):
                found.add(node.args[0].value)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            found |= {
                one.value.value
                for one in node.body
                if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant) and _names_code(one)
            }
    return {code for code in found if isinstance(code, str) and CODE.match(code)}


def _names_code(statement: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "code" for target in statement.targets)


def _all_codes() -> dict[str, str]:
    codes = dict.fromkeys(PROBLEMS, "sync/protocol/problems.py")
    for room in ("domain", "app", "sync", "registry"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(NOT_FOR_PEOPLE):
                codes |= dict.fromkeys(_raised(ast.parse(path.read_text(encoding="utf-8"))), name)
    return codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_sentence(language: str) -> None:
    """HABITS 9: no person ever reads a bare code."""
    set_language(language)
    try:
        codes = _all_codes()
        assert {"amount_zero", "id_checksum", "disk_full", "enrol_code_invalid"} <= set(codes)
        codes |= dict.fromkeys(CHOSEN, "domain/money.py")
        assert {code: name for code, name in codes.items() if t(f"error.{code}") == f"error.{code}"} == {}
    finally:
        set_language("zh_Hans")
