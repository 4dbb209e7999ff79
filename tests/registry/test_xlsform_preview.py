"""``nuanfang forms preview``: what its server hands to the page, anew at each load (S11)."""

from __future__ import annotations

import base64
import json
import urllib.request
from pathlib import Path

import msgspec

from forms import Session, dataset_from_csv, load
from registry.cli.forms_preview import found
from registry.cli.web_build.serve import serve
from sync.protocol.forms import FormDoc
from tests.registry.xlsform_books import workbook

SETTINGS = [("form_title", "form_id", "version"), ("小表", "mini", "1")]


def _write(file: Path, *rows: tuple[str, ...]) -> None:
    file.write_bytes(workbook(rows, settings=SETTINGS))


def _doc(file: Path) -> FormDoc:
    return msgspec.convert(found(file)["doc"], FormDoc)


def _table(doc: FormDoc, name: str) -> str:
    data = next(one.data for one in doc.files if one.name == name)
    return base64.urlsafe_b64decode(data + "==").decode()


def test_a_form_comes_with_examples_where_a_list_is_missing(tmp_path: Path) -> None:
    """The household list of a phone is not here, so two examples can be chosen; a csv beside it is taken."""
    file = tmp_path / "mini.xlsx"
    _write(
        file,
        ("select_one_from_file households.csv", "h", "哪一户？"),
        ("select_one_from_file towns.csv", "t", "哪个镇？"),
    )
    (tmp_path / "towns.csv").write_text("name,label\nsq,石桥镇\n", encoding="utf-8")
    doc = _doc(file)
    assert (doc.form_id, doc.subject, doc.questions) == ("mini", "none", 2)
    tables = {name: dataset_from_csv(_table(doc, name)) for name in ("households.csv", "towns.csv")}
    session = Session(load(doc.xform), datasets=tables)
    assert [choice.label for choice in session.question("/data/h").choices] == ["示例1", "示例2"]
    assert [choice.label for choice in session.question("/data/t").choices] == ["石桥镇"]


def test_pictures_beside_the_spreadsheet_come_along(tmp_path: Path) -> None:
    """Labels may name them; other files stay where they are."""
    _write(tmp_path / "mini.xlsx", ("text", "a", "甲"))
    (tmp_path / "door.png").write_bytes(b"\x89PNG")
    (tmp_path / "notes.txt").write_text("x")
    assert [file.name for file in _doc(tmp_path / "mini.xlsx").files] == ["door.png"]


def test_a_form_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    """The page shows the same sentences as the check; a file that is gone is no crash either."""
    file = tmp_path / "mini.xlsx"
    _write(file, ("video", "a", "甲"))
    told = found(file)
    assert told["doc"] is None
    assert any("题型 video 不支持" in line for line in told["lines"])
    file.unlink()
    assert found(file)["doc"] is None


def test_the_spreadsheet_is_read_anew_at_each_load(tmp_path: Path) -> None:
    """Change it in Excel, reload the page."""
    file, site_folder = tmp_path / "mini.xlsx", tmp_path / "site"
    site_folder.mkdir()
    (site_folder / "index.html").write_text("page")
    _write(file, ("text", "a", "甲"))
    answers = {"preview.json": lambda: json.dumps(found(file)).encode()}
    with serve(site_folder, answers=answers) as site:
        counts = []
        for rows in ((("text", "a", "甲"),), (("text", "a", "甲"), ("text", "b", "乙"))):
            _write(file, *rows)
            with urllib.request.urlopen(site.url + "preview.json") as answer:
                counts.append(json.loads(answer.read())["doc"]["questions"])
        with urllib.request.urlopen(site.url + "index.html") as answer:
            assert answer.read() == b"page"
    assert counts == [1, 2]
