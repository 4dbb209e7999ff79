"""The sites and phones of the browser tests. Without Chromium they are skipped, and say so."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from registry.cli.web_build import build
from registry.cli.web_build.serve import Site, serve
from tests.browser.harness.office import RegistryProcess
from tests.browser.harness.phone import CHROMIUM, Phone, screenshot

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a real browser: mark it, give it time, skip it when there is none."""
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(600))  # the first one builds the site
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is missing: apt-get install chromium"))


@pytest.fixture(scope="session")
def fixture_site() -> Iterator[Site]:
    """The fixture app, built and served: Python inside the worker can be run from a test."""
    main = ROOT / "tests" / "browser" / "fixture_app" / "main.py"
    built = build(ROOT, ROOT / "build" / "fixture", main=main, progress=lambda _: None)
    with serve(built.out) as site:
        yield site


@pytest.fixture(scope="session")
def app_folder() -> Path:
    """The product's own site, built."""
    return build(ROOT, ROOT / "build" / "web", progress=lambda _: None).out


@pytest.fixture
def office(app_folder: Path) -> Iterator[RegistryProcess]:
    """A registry that a test seeds, starts, stops and kills."""
    process = RegistryProcess(app_folder)
    try:
        yield process
    finally:
        process.close()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Per module: while it is open, no test of the same thread can run an event loop of its own."""
    with sync_playwright() as running:
        yield running


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, so that the phones can show what stood on their screens."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def _last_look(phone: Phone, name: str) -> None:
    """What the person saw when the test failed: a picture and its words."""
    with suppress(Exception):
        print(f"--- {name}: {screenshot(phone.page, ROOT / 'build' / 'failed', name)}")
        print(phone.page.locator("flt-semantics-host").aria_snapshot()[:3000])
        print("\n".join(line for line in phone.log if not line.startswith("warning"))[-3000:])


@pytest.fixture
def new_phone(
    playwright: Playwright, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Phone]]:
    """Makes phones that are switched off at the end: ``new_phone("name", dark=True)``."""
    made: list[Phone] = []

    def make(name: str = "phone", **options: object) -> Phone:
        made.append(Phone(playwright, tmp_path / name, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for phone in made:
        if request.node.stash.get(FAILED, False):
            _last_look(phone, f"{request.node.name}-{phone.profile.name}")
        phone.close()
