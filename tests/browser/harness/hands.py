"""Eyes and fingers on a Flet screen: Flutter paints on a canvas, so we go by its accessibility tree.

Traps that these helpers know (docs: FLET facts): the tree appears only after its placeholder is
pressed; ``fill`` without a click first loses text; a field's value is in the page only while it has
the focus; an icon button's label sits on its parent; touch must come as touch events.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable

from playwright.sync_api import FloatRect, Locator, Page

Point = tuple[float, float]

_OPENED_OR_STOPPED = """() => {
  const picture = document.getElementById("loading");
  return picture && (picture.classList.contains("gone") || picture.dataset.problem);
}"""


def open_app(page: Page, url: str, timeout_s: float = 90.0) -> float:
    """Go to ``url``, wait until the app shows its first screen; returns the seconds it took."""
    started = time.monotonic()
    page.goto(url, wait_until="commit")
    wait_opened(page, timeout_s)
    took = time.monotonic() - started
    see(page)
    return took


def wait_opened(page: Page, timeout_s: float = 90.0) -> None:
    """Until the opening picture has gone; what it says instead becomes the failure."""
    page.wait_for_function(_OPENED_OR_STOPPED, timeout=timeout_s * 1000)
    problem = page.evaluate("document.getElementById('loading').dataset.problem")
    assert not problem, f"{problem}: {page.inner_text('#loading')}"


def see(page: Page, timeout_s: float = 20.0) -> None:
    """Switch the accessibility tree on (again after each load)."""
    if page.locator("flt-semantics").count():
        return
    page.wait_for_selector("flt-semantics-placeholder", state="attached", timeout=timeout_s * 1000)
    page.evaluate("document.querySelector('flt-semantics-placeholder').click()")
    page.wait_for_selector("flt-semantics", state="attached", timeout=timeout_s * 1000)


def text(page: Page, words: str | re.Pattern[str], timeout_s: float = 15.0) -> Locator:
    """Wait until ``words`` stand on the screen."""
    found = page.get_by_text(words).or_(page.get_by_label(words)).first
    found.wait_for(state="attached", timeout=timeout_s * 1000)
    return found


def has_text(page: Page, words: str) -> bool:
    """Do ``words`` stand on the screen now?"""
    return page.get_by_text(words).or_(page.get_by_label(words)).count() > 0


def by_id(page: Page, identifier: str) -> Locator:
    """What ft.Semantics(identifier=…) names."""
    return page.locator(f'[flt-semantics-identifier="{identifier}"]').first


def press(page: Page, name: str, timeout_s: float = 15.0, role: str = "button") -> None:
    """Press the button called ``name`` (or whatever carries that label), as a finger does."""
    button = page.get_by_role(role, name=name)  # type: ignore[arg-type]
    target = button.or_(page.get_by_label(name)).first
    target.wait_for(state="attached", timeout=timeout_s * 1000)
    tap(page, target)


def tap(page: Page, target: Locator) -> None:
    """A short touch in the middle of ``target``, as soon as it lies still."""
    box = still(page, target)
    touch(page, [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)])


def still(page: Page, target: Locator, timeout_s: float = 10.0) -> FloatRect:
    """Where ``target`` is once it has stopped moving: nobody hits a row that slides in."""
    deadline = time.monotonic() + timeout_s
    before = None
    while True:
        box = target.bounding_box()
        if box is not None and box == before:
            return box
        assert time.monotonic() < deadline, "nothing to tap" if box is None else "it never lies still"
        before = box
        page.wait_for_timeout(120)


def type_into(page: Page, label: str, value: str) -> None:
    """Replace what the field called ``label`` holds."""
    box = page.get_by_role("textbox", name=label).or_(page.get_by_label(label)).first
    box.wait_for(state="attached")
    box.click()
    page.wait_for_timeout(150)
    box.fill(value)
    until(lambda: box.input_value() == value, f"{label} takes {value!r}")


def until(true: Callable[[], object], what: str, timeout_s: float = 15.0) -> None:
    """Poll until ``true()``; ``what`` is the sentence of the failure."""
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, f"waited {timeout_s:.0f} s: {what}"
        time.sleep(0.1)


def touch(page: Page, points: Iterable[Point], pause_ms: float = 12.0) -> None:
    """One finger down on the first point, along the others, and up."""
    session = page.context.new_cdp_session(page)
    path = list(points)

    def send(kind: str, at: list[Point]) -> None:
        spots = [{"x": x, "y": y} for x, y in at]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    send("touchStart", path[:1])
    page.wait_for_timeout(60 if len(path) == 1 else pause_ms)
    for point in path[1:]:
        send("touchMove", [point])
        page.wait_for_timeout(pause_ms)
    send("touchEnd", [])
    session.detach()
    page.wait_for_timeout(120)


def sign(page: Page, pad: Locator, strokes: int = 3) -> None:
    """Write something like a name on ``pad``, with the vertical strokes that a scroll view steals."""
    box = pad.bounding_box()
    assert box is not None, "no signature pad"
    for number in range(strokes):
        left = box["x"] + box["width"] * (0.12 + 0.25 * number)
        middle, height = box["y"] + box["height"] / 2, box["height"] * 0.3
        touch(page, [(left + step * 2, middle + height * math.sin(step / 3 + number)) for step in range(26)])


def scroll(page: Page, by: float) -> None:
    """Drag the screen so that its content moves up by ``by`` pixels (negative: down)."""
    size = page.viewport_size
    assert size is not None
    x, y = size["width"] / 2, size["height"] / 2 + by / 2
    steps = 12
    touch(page, [(x, y - by * step / steps) for step in range(steps + 1)])
    page.wait_for_timeout(500)
