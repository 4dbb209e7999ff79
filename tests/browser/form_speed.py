"""How long a questionnaire's next page takes in the browser edition: ``python -m tests.browser.form_speed``.

A form of 500 questions, 200 calculations and a repeat of 50 rows (as bench/forms.py), against one of five
questions in the same run. From the finger leaving the glass until the next page stands in the accessibility
tree, which Flutter writes after drawing. The finger itself rests 120 ms, so nothing below that is resolved.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from openpyxl import Workbook  # type: ignore[import-untyped]
from playwright.sync_api import sync_playwright

from domain.codes import Role
from registry.cli.web_build import build
from tests.browser.harness import hands
from tests.browser.harness.cadre import Cadre
from tests.browser.harness.office import ROOT, RegistryProcess
from tests.browser.harness.phone import Phone

QUESTIONS, CALCULATIONS, ROWS, IN_ROW = 500, 200, 50, 8
HOUSEHOLD = "谢霞"
SETTINGS = '[{0}]\nsubject = "household"\nin_visit = false\nroles = []\n'
_LISTEN = """() => addEventListener("touchend", () => { window.lifted = performance.now(); }, true)"""
_SEEN = """(words) => new Promise((resolve) => {
  const there = () => [...document.querySelectorAll("flt-semantics")].some(
    (node) => ((node.getAttribute("aria-label") || "") + node.textContent).includes(words));
  const look = () => there() ? resolve(performance.now() - window.lifted) : requestAnimationFrame(look);
  look();
})"""


def sheets(folder: Path) -> None:
    """``large.xlsx`` and ``small.xlsx`` with how they are published."""
    _write(folder / "large.xlsx", "五百题", list(_large()))
    _write(folder / "small.xlsx", "五题", [_asked(number) for number in range(5)])
    (folder / "forms.toml").write_text(SETTINGS.format("large") + SETTINGS.format("small"), encoding="utf-8")


def _asked(number: int) -> dict[str, str]:
    return {"type": "integer", "name": f"q{number}", "label": f"第 {number + 1} 题", "constraint": ". < 1000"}


def _large() -> Iterator[dict[str, str]]:
    plain = QUESTIONS - IN_ROW
    for number in range(plain):
        more = {"relevant": f"${{q{number - 1}}} != 1"} if number % 5 == 4 else {}
        yield {**_asked(number), **more}
    for number in range(CALCULATIONS - 4):
        parts = [f"coalesce(${{q{(number * 5 + step) % plain}}}, 0)" for step in range(5)]
        parts += [f"${{c{number - 1}}}"] if number % 10 == 9 else []
        parts += ["sum(${s3})"] if number % 50 == 49 else []
        yield {"type": "calculate", "name": f"c{number}", "calculation": " + ".join(parts)}
    yield {"type": "begin repeat", "name": "m", "label": "成员", "repeat_count": str(ROWS)}
    for number in range(IN_ROW):
        yield {"type": "integer", "name": f"r{number}", "label": f"成员第 {number + 1} 题"}
    for number in range(4):
        before = f"${{s{number - 1}}}" if number else "position(..)"
        sums = f"{before} + coalesce(${{r{number}}}, 0) + coalesce(${{q0}}, 0)"
        yield {"type": "calculate", "name": f"s{number}", "calculation": sums}
    yield {"type": "end repeat"}


def _write(path: Path, title: str, rows: list[dict[str, str]]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(columns)
    for row in rows:
        survey.append([row.get(column) for column in columns])
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "version"))
    settings.append((title, path.stem, "1"))
    book.save(path)


class Watch:
    """A cadre's finger and a clock in the page."""

    def __init__(self, cadre: Cadre) -> None:
        self.cadre = cadre
        cadre.page.evaluate(_LISTEN)

    def until(self, words: str) -> float:
        """Milliseconds from the last touch until ``words`` are there."""
        return float(self.cadre.page.evaluate(_SEEN, words))

    def open(self, title: str) -> float:
        hands.press(self.cadre.page, title)
        return self.until("第 1 / ")

    def turns(self, count: int) -> list[float]:
        """Next, ``count`` times."""
        times = []
        for place in range(2, count + 2):
            hands.press(self.cadre.page, "下一页")
            times.append(self.until(f"第 {place} / "))
        return times


def _figure(name: str, times: list[float]) -> dict[str, Any]:
    low, *_, high = statistics.quantiles(times, n=10) if len(times) > 1 else (times[0], times[0])
    return {"name": name, "p50_ms": round(statistics.median(times)), "p10_p90_ms": f"{low:.0f}..{high:.0f}"}


def measure(cadre: Cadre, turns: int) -> Iterator[dict[str, Any]]:
    """Open and turn the small form, then the large one."""
    page, medians = cadre.page, {}
    cadre.find(HOUSEHOLD)
    cadre.press(re.compile(f"^{HOUSEHOLD}"))
    cadre.press("填问卷")
    watch = Watch(cadre)
    for title, count in (("五题", 4), ("五百题", turns)):
        hands.text(page, title)
        yield _figure(f"form.open.{title}", [watch.open(title)])
        times = watch.turns(count)
        medians[title] = statistics.median(times)
        yield _figure(f"form.next_page.{title}", times)
        page.go_back()
    yield {"name": "form.next_page.ratio", "large_to_small": round(medians["五百题"] / medians["五题"], 2)}


@click.command()
@click.option("--turns", default=30, help="Pages of the large form to turn.")
def main(turns: int) -> None:
    """Print one line per figure."""
    work = Path(tempfile.mkdtemp(prefix="nuanfang-speed-"))
    work.chmod(0o755)
    office = RegistryProcess(build(ROOT, ROOT / "build" / "web", progress=lambda _: None).out)
    try:
        sheets(work)
        codes = office.seed(forms=work)
        office.start()
        with sync_playwright() as playwright:
            phone = Phone(playwright, work / "phone")
            phone.start()
            try:
                cadre = Cadre(phone, office.url)
                cadre.enrol(codes[Role.CADRE])
                hands.text(phone.page, re.compile("问卷和检查表"), timeout_s=90)
                office.stop()
                for line in measure(cadre, turns):
                    click.echo(json.dumps(line, ensure_ascii=False))
            finally:
                phone.close()
    finally:
        office.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
