"""The form engine inside the browser's worker: ``python -m tests.browser.forms_engine_speed``.

The questionnaire of bench/forms.py (500 questions, 200 calculations, 50 rows), the same work in the same run
in CPython and in Pyodide: opening it, one answer with everything that depends on it, one that all rows read.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import sync_playwright

from bench.forms import QUESTIONS, ROWS, large_form
from registry.cli.web_build import build
from registry.cli.web_build.serve import serve
from tests.browser.harness import hands
from tests.browser.harness.inside import run_inside
from tests.browser.harness.phone import Phone

ROOT = Path(__file__).resolve().parents[2]
LIMITS_MS = {"open": 500, "answer": 20, "answer_all_rows": 20}
"""The issue's, for CPython; the browser is measured against them all the same."""
WORK = """
import random, time
from forms import Hooks, Session, load
from forms.xpath.parse import parse
from datetime import UTC, datetime

times = {"open": [], "answer": [], "answer_all_rows": []}
for _ in range(given["rounds"]):
    parse.cache_clear()
    start = time.perf_counter()
    definition = load(given["xform"])
    session = Session(definition, hooks=Hooks.fixed(datetime(2026, 1, 1, tzinfo=UTC)))
    session.walker.here()
    times["open"].append((time.perf_counter() - start) * 1000)
for _ in range(given["rows"]):
    session.add_row("/data/m")
chance = random.Random(7)
for turn in range(given["answers"]):
    inside = f"/data/m[{chance.randint(1, given['rows'])}]/r{chance.randrange(8)}"
    path = inside if turn % 3 == 0 else f"/data/q{chance.randrange(given['plain'])}"
    start = time.perf_counter()
    session.set(path, str(chance.randrange(1000)))
    session.check(path)
    session.walker.here()
    times["answer"].append((time.perf_counter() - start) * 1000)
for turn in range(10):
    start = time.perf_counter()
    session.set("/data/q0", str(turn))
    times["answer_all_rows"].append((time.perf_counter() - start) * 1000)
return times
"""


def _here(given: dict[str, Any]) -> dict[str, list[float]]:
    """The same text, run by this Python."""
    names: dict[str, Any] = {}
    lines = "\n".join("    " + line for line in WORK.splitlines())
    exec(f"def body(given):\n{lines}", names)
    found: dict[str, list[float]] = names["body"](given)
    return found


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


@click.command()
@click.option("--answers", default=600)
@click.option("--rounds", default=5, help="Times the form is opened.")
def main(answers: int, rounds: int) -> None:
    """Print one line per figure."""
    given = {
        "xform": large_form(),
        "rounds": rounds,
        "rows": ROWS,
        "answers": answers,
        "plain": QUESTIONS - 8,
    }
    entry = ROOT / "tests" / "browser" / "fixture_app" / "main.py"
    built = build(ROOT, ROOT / "build" / "fixture", main=entry, progress=lambda _: None)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(built.out) as site,
        sync_playwright() as playwright,
    ):
        phone = Phone(playwright, Path(folder) / "phone")
        phone.start()
        try:
            hands.open_app(phone.page, site.url)
            far = run_inside(phone.page, WORK, **given)
            began = time.perf_counter()
            near = _here(given)
            click.echo(
                json.dumps({"name": "cpython.seconds", "value": round(time.perf_counter() - began, 1)})
            )
        finally:
            phone.close()
    for name, limit in LIMITS_MS.items():
        line = {
            "name": f"forms.browser.{name}",
            "p50_ms": round(statistics.median(far[name]), 2),
            "p95_ms": round(_p95(far[name]), 2),
            "cpython_p50_ms": round(statistics.median(near[name]), 2),
            "cpython_p95_ms": round(_p95(near[name]), 2),
            "ratio_p50": round(statistics.median(far[name]) / statistics.median(near[name]), 1),
            "limit_ms": limit,
        }
        click.echo(json.dumps(line))


if __name__ == "__main__":
    main()
