"""Spreadsheets that are as much work as they can be: what a check of them costs (issue 3).

Each is checked in a process of its own, so that the peak is its own; the ratio is to a normal questionnaire
(60 questions with choices and conditions) in the same run.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]

HEADER = ("type", "name", "label", "relevant", "calculation")
LIMIT_S = 5.0
Row = Sequence[object]

_PROBE = """
import json, resource, sys, time
from registry.service.xlsform import check
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
report = check(data)
spent = time.process_time() - start
held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
codes = sorted({finding.code for finding in report.findings})
print(json.dumps({"seconds": spent, "held": held / 1024, "said": codes}))
"""


def book(survey: Sequence[Row], choices: Sequence[Row] = (), header: Row = HEADER) -> bytes:
    """An .xlsx with these rows."""
    made = Workbook()
    made.remove(made.active)
    sheets = (("survey", [header, *survey]), ("choices", [("list_name", "name", "label"), *choices]))
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def normal() -> bytes:
    rows = [(("select_one yn", f"q{n}", "题", "${q0} = 'y'" if n else None)) for n in range(60)]
    return book(rows, [("yn", "y", "是"), ("yn", "n", "否")])


SHEETS: dict[str, Callable[[], bytes]] = {
    "rows_10000": lambda: book([("text", f"q{n}", "题") for n in range(10_000)]),
    "rows_most": lambda: book([("text", f"q{n}", "题") for n in range(1_990)]),
    "references_76000": lambda: book([("note", f"n{n}", "${n0} " * 40) for n in range(1_900)]),
    "references_most": lambda: book(
        [("note", "n0", "题"), *(("note", f"n{n}", "${n0} " * 100) for n in range(1, 49))]
    ),
    "cycle_1900": lambda: book(
        [("integer", f"q{n}", "题", f"${{q{(n + 1) % 1900}}} = 1") for n in range(1_900)]
    ),
    "wildcards": lambda: book([("integer", f"q{n}", "题", "count(//*) > 1") for n in range(1_900)]),
    "sums_long": lambda: book([("calculate", f"c{n}", None, None, "1+" * 1900 + "1") for n in range(1_900)]),
    "sums_most": lambda: book([("calculate", f"c{n}", None, None, "1+" * 1900 + "1") for n in range(26)]),
    "languages_60": lambda: book(
        [["text", f"q{n}", *["题"] * 60] for n in range(1_900)],
        header=("type", "name", *(f"label::L{n}" for n in range(60))),
    ),
    "languages_most": lambda: book(
        [["text", f"q{n}", *["题"] * 12] for n in range(850)],
        header=("type", "name", *(f"label::L{n}" for n in range(12))),
    ),
    "choices_1900": lambda: book(
        [("select_one l or_other", f"s{n}", "题") for n in range(1_900)],
        [("l", f"a{n}", "项") for n in range(1_900)],
    ),
    "choices_most": lambda: book(
        [("select_one l", f"s{n}", "题") for n in range(300)], [("l", f"a{n}", "项") for n in range(330)]
    ),
}
"""``…_most``: as much as the limits let through."""


def run(quick: bool) -> Iterator[dict[str, Any]]:
    """One line per sheet: seconds of processor (median, spread), MiB held, ratio to the normal one."""
    rounds = 3 if quick else 7
    usual = _probe(normal(), rounds)
    yield _line("forms.check.normal", usual, usual["median_s"])
    for name, make in SHEETS.items():
        yield _line(f"forms.check.{name}", _probe(make(), rounds), usual["median_s"])


def _probe(data: bytes, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "form.xlsx"
        file.write_bytes(data)
        command = [sys.executable, "-c", _PROBE, str(file)]
        runs = [subprocess.run(command, capture_output=True, check=True) for _ in range(rounds)]
        made = [json.loads(one.stdout) for one in runs]
    seconds = [one["seconds"] for one in made]
    return {
        "median_s": statistics.median(seconds),
        "spread_s": f"{min(seconds):.2f}–{max(seconds):.2f}",
        "held_mib": round(max(one["held"] for one in made)),
        "said": made[0]["said"][:2],
    }


def _line(name: str, found: dict[str, Any], usual: float) -> dict[str, Any]:
    return {
        "name": name,
        **found,
        "median_s": round(found["median_s"], 3),
        "ratio": round(found["median_s"] / usual, 1),
        "limit_s": LIMIT_S,
        "passed": found["median_s"] <= LIMIT_S,
    }
