"""``nuanfang forms check``: an administrator reads what is wrong, in Chinese and by row (S11)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.lang import LANGUAGES, has_text, set_language
from forms import load
from registry.cli.forms import forms_command
from tests.registry.xlsform_books import workbook

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"(form|xpath|sheet)_[a-z_]+")
NOT_CODES = {"form_id", "form_title", "sheet_names"}


def _run(folder: Path, data: bytes, *options: str) -> tuple[int, str]:
    file = folder / "survey.xlsx"
    file.write_bytes(data)
    result = CliRunner().invoke(forms_command, ["check", str(file), *options])
    return result.exit_code, result.output


def test_a_wrong_sheet_is_explained(tmp_path: Path) -> None:
    """Sheet, row, column, and what to do."""
    status, output = _run(tmp_path, workbook([("text", "a", "甲"), ("video", "b", "录像")]))
    assert status == 1
    assert "survey 页第 3 行 type" in output
    assert "题型 video 不支持" in output
    assert "有 1 处要改" in output


def test_a_good_sheet_is_converted(tmp_path: Path) -> None:
    """And the form can be written down."""
    target = tmp_path / "form.xml"
    sheet = workbook([("text", "a", "甲")], settings=[("form_title", "form_id"), ("走访表", "visit")])
    status, output = _run(tmp_path, sheet, "--xform", str(target))
    assert (status, "《走访表》" in output) == (0, True)
    assert load(target.read_bytes()).form_id == "visit"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_in_the_engine_has_a_sentence(language: str) -> None:
    """Whatever can be refused can be explained, in every language."""
    codes = set()
    for room in ("forms", "registry/service/xlsform"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and CODE.fullmatch(node.value)
                ):
                    codes.add(node.value)
    assert len(codes) > 60
    try:
        set_language(language)
        assert [code for code in sorted(codes - NOT_CODES) if not has_text(f"forms.refusal.{code}")] == []
    finally:
        set_language("zh_Hans")
