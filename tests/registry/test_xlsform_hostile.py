"""Hostile spreadsheets get a clear refusal, within 5 seconds and bounded memory (issue 3)."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from registry.service.xlsform import check
from tests.registry.xlsform_books import tampered, workbook

PLAIN = workbook([("text", "a", "甲")])
SHEET = "xl/worksheets/sheet1.xml"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_DOCTYPE = f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'.encode()


def _with_doctype(text: bytes) -> bytes:
    head, found, tail = text.partition(b"?>")
    return head + found + _DOCTYPE + tail if found else _DOCTYPE + text


def _rows(number: int) -> bytes:
    return workbook([("text", f"q{n}", "题") for n in range(number)])


def _bomb() -> bytes:
    return tampered(PLAIN, "xl/media/zeros.xml", lambda _: b"<a>" + b"0" * 200_000_000 + b"</a>")


def _many_members() -> bytes:
    file = io.BytesIO(PLAIN)
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(500):
            archive.writestr(f"xl/x{number}.xml", "<a/>")
    return file.getvalue()


def _relation(kind: str) -> bytes:
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        f'Id="r1" Type="http://x/{kind}" Target="http://e.cn/x" TargetMode="External"/></Relationships>'
    )
    return tampered(PLAIN, "xl/worksheets/_rels/sheet1.xml.rels", lambda _: link.encode())


def _far_cell() -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return tampered(PLAIN, SHEET, lambda text: text.replace(b"</sheetData>", cell))


def _wide_cell() -> bytes:
    cell = b'<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return tampered(PLAIN, SHEET, lambda text: text.replace(b"</sheetData>", cell))


def _formula() -> bytes:
    return workbook([("text", "a", "甲"), ("text", "b", '=WEBSERVICE("http://example.com")')])


def _cycle(length: int) -> bytes:
    rows = [("integer", f"q{n}", "题", f"${{q{(n + 1) % length}}} = 1") for n in range(length)]
    return workbook(rows)


def _deep(depth: int, name: str = "g") -> bytes:
    begins = [("begin group", f"{name}{n}", "组") for n in range(depth)]
    return workbook([*begins, ("text", "a", "甲"), *[("end group", None, None)] * depth])


def _lie() -> bytes:
    """A member that claims to be small and is not."""
    data = bytearray(_bomb())
    size = (200_000_000 + 7).to_bytes(4, "little")
    return bytes(data.replace(size, (1000).to_bytes(4, "little")))


def _references(number: int) -> bytes:
    return workbook([("integer", "q", "题"), *(("note", f"n{n}", "${q} " * 40) for n in range(number))])


def _wildcards(number: int) -> bytes:
    return workbook([("integer", f"q{n}", "题", "count(//*) > 1") for n in range(number)])


def _wide(number: int) -> bytes:
    questions = [("integer", f"q{n}", "题") for n in range(400)]
    return workbook(
        [*questions, *(("calculate", f"c{n}", None, None, None, "count(//*)") for n in range(number))]
    )


def _long_sums(number: int) -> bytes:
    sums = "1+" * 1900 + "1"
    return workbook([("calculate", f"c{n}", None, None, None, sums) for n in range(number)])


def _languages(rows: int, number: int) -> bytes:
    header = ["type", "name", *(f"label::L{n}" for n in range(number))]
    return workbook([["text", f"q{row}", *["题"] * number] for row in range(rows)], header=header)


def _choices(questions: int, number: int) -> bytes:
    choices = [("l", f"a{n}", "项") for n in range(number)]
    return workbook([("select_one l or_other", f"s{n}", "题") for n in range(questions)], choices)


HOSTILE = [
    ("sheet_not_xlsx", b""),
    ("sheet_not_xlsx", b"type,name,label\ntext,a,b\n"),
    ("sheet_not_xlsx", b"PK\x03\x04" + b"\x00" * 100),
    ("sheet_not_xlsx", PLAIN[: len(PLAIN) // 2]),
    ("sheet_not_xlsx", tampered(PLAIN, SHEET, lambda text: text[:100])),
    ("sheet_old_format", b"\xd0\xcf\x11\xe0" + b"\x00" * 1000),
    ("sheet_too_large", PLAIN + b"\x00" * (3 * 1024 * 1024)),
    ("sheet_bomb", _bomb()),
    ("sheet_bomb", _many_members()),
    ("sheet_not_xlsx", _lie()),
    ("sheet_too_many_rows", _rows(10_000)),
    ("sheet_too_many_rows", _far_cell()),
    ("sheet_too_many_columns", _wide_cell()),
    ("sheet_entities", tampered(PLAIN, SHEET, _with_doctype)),
    ("sheet_entities", tampered(PLAIN, "xl/sharedStrings.xml", _with_doctype)),
    ("sheet_entities", tampered(PLAIN, "xl/workbook.xml", _with_doctype)),
    ("sheet_entities", tampered(PLAIN, "[Content_Types].xml", _with_doctype)),
    ("sheet_external", _relation("image")),
    ("sheet_external", tampered(PLAIN, "xl/externalLinks/externalLink1.xml", lambda _: b"<x/>")),
    ("sheet_macro", tampered(PLAIN, "xl/vbaProject.bin", lambda _: b"\xcc\x61")),
    ("sheet_formula", _formula()),
    ("sheet_text_too_long", workbook([("text", "a", "长" * 5000)])),
    ("form_cycle", _cycle(1000)),
    ("sheet_too_many_references", _references(1900)),
    ("xpath_too_wide", _wildcards(1900)),
    ("form_too_large", _wide(200)),
    ("sheet_too_much_logic", _long_sums(40)),
    ("sheet_too_much_text", workbook([("text", f"q{n}", "长 " * 1900) for n in range(170)])),
    ("sheet_text_too_long", workbook([("text", "n" * 3900, "题")])),
    ("sheet_path_too_long", _deep(12, "n" * 90)),
    ("sheet_too_many_languages", _languages(100, 24)),
    ("sheet_too_many_cells", _languages(220, 60)),
    ("sheet_too_many_choices", _choices(330, 330)),
    ("form_too_large", _deep(100)),
    ("xpath_too_deep", workbook([("text", "a", "甲", "(" * 900 + "1" + ")" * 900)])),
    ("xpath_bad_pattern", workbook([("text", "a", "甲", None, "regex(., '(x+x+)+y')")])),
]


@pytest.mark.parametrize(("code", "data"), HOSTILE, ids=[f"{h[0]}-{i}" for i, h in enumerate(HOSTILE)])
@pytest.mark.timeout(60)
def test_a_hostile_spreadsheet_is_refused(code: str, data: bytes) -> None:
    """It is refused with its reason and hangs nothing; the limit only catches what would never end."""
    report = check(data)
    assert code in {finding.code for finding in report.findings}
    assert not report.ok


@pytest.mark.parametrize("data", [_bomb(), _far_cell(), _rows(10_000)], ids=["bomb", "far", "rows"])
def test_memory_stays_small(data: bytes) -> None:
    """A file of 2 MiB never makes the registry hold 100."""
    tracemalloc.start()
    try:
        check(data)
        assert tracemalloc.get_traced_memory()[1] < 30 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_hyperlink_in_a_cell_is_only_text() -> None:
    """Nobody follows it."""
    assert check(_relation("hyperlink")).ok


@pytest.mark.timeout(60)
def test_the_largest_allowed_sheet_is_converted() -> None:
    """As many rows as allowed are still a form."""
    assert check(_rows(1_990)).ok


@pytest.mark.timeout(60)
def test_repeats_inside_repeats_do_not_multiply_the_work() -> None:
    """Eight nested repeats with fifty questions took minutes; now they are converted."""
    begins = [("begin repeat", f"r{n}", "组") for n in range(8)]
    questions = [("integer", f"q{n}", "题") for n in range(50)]
    assert check(workbook([*begins, *questions, *[("end repeat", None, None)] * 8])).ok


def test_formulas_are_named_by_cell() -> None:
    """The row and column that Excel shows."""
    finding = check(_formula()).findings[0]
    assert (finding.sheet, finding.row, finding.column) == ("survey", 3, "C")
