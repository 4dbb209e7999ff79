"""A cadre with a phone: one verb per thing a person does, by what stands on the screen."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.harness import hands
from tests.browser.harness.phone import Phone

#: What the stepper above and the big buttons below take: a finger presses between (CSS pixels).
TOP, FOOT = 185, 110


class Cadre:
    """Drives one phone; ``page`` is always the live one, also after a restart."""

    def __init__(self, phone: Phone, url: str) -> None:
        self.phone = phone
        self.url = url

    @property
    def page(self) -> Page:
        return self.phone.page

    def enrol(self, code: str) -> None:
        """Open the one-time link and press start; the first sync follows by itself."""
        hands.open_app(self.page, f"{self.url}/app/#/enrol?code={code}")
        hands.press(self.page, "开始使用")

    def power_cut(self, *, offline: bool = True) -> None:
        """SIGKILL the browser, switch it on again without a network, open the app."""
        self.phone.kill()
        self.phone.start()
        if offline:
            self.phone.offline()
        hands.open_app(self.page, f"{self.url}/app/")

    def press(self, name: str | re.Pattern[str], nth: int = 0) -> None:
        """Scroll until the button can be reached, then press it."""
        button = self.page.get_by_role("button", name=name).nth(nth)
        button.wait_for(state="attached", timeout=20_000)
        self.reach(button)
        hands.tap(self.page, button)
        self.page.wait_for_timeout(500)

    def reach(self, target: Locator) -> None:
        """Scroll ``target`` between the bars."""
        size = self.page.viewport_size
        assert size is not None
        bottom = size["height"] - FOOT
        for _ in range(16):
            box = target.bounding_box()
            assert box is not None, "it has gone"
            middle = box["y"] + box["height"] / 2
            if middle > bottom:
                hands.scroll(self.page, min(size["height"] // 3, middle - bottom + 120))
            elif middle < TOP:
                hands.scroll(self.page, -min(size["height"] // 3, TOP - middle + 120))
            else:
                return
        raise AssertionError("cannot be reached by scrolling")

    def next_step(self) -> None:
        """The big button at the bottom."""
        hands.press(self.page, re.compile("^下一步"))
        self.page.wait_for_timeout(700)

    def write(self, label: str, value: str) -> None:
        """Fill the field and let the draft keep it."""
        self.reach(self.page.get_by_role("textbox", name=label).first)
        hands.type_into(self.page, label, value)
        self.page.wait_for_timeout(700)

    def choose(self, field: str, value: str) -> None:
        """A field that opens a list."""
        self.press(re.compile(f"^{field}"))
        hands.press(self.page, value)
        self.page.wait_for_timeout(700)

    def find(self, words: str) -> None:
        """Search the list of households."""
        hands.type_into(self.page, "找一户", words)
        self.page.wait_for_timeout(500)

    def carry_on(self, name: str) -> None:
        """From the home screen back into the unfinished visit."""
        self.press(re.compile(f"^{name}.*接着填"))
        hands.text(self.page, re.compile("正在填"))
        self.page.wait_for_timeout(500)

    def photograph(self) -> None:
        """With the camera; waits until the picture lies on the page."""
        self.press("拍照")
        shutter = hands.by_id(self.page, "camera-shoot")
        shutter.wait_for(state="attached", timeout=20_000)
        hands.until(lambda: not hands.has_text(self.page, "正在打开相机"), "the camera opens", 30)
        hands.tap(self.page, shutter)
        self.page.get_by_role("img", name=re.compile("照片，编号")).first.wait_for(
            state="attached", timeout=60_000
        )

    def from_album(self, file: Path) -> None:
        """Pick a file instead of taking a picture."""
        with self.page.expect_file_chooser(timeout=20_000) as chooser:
            self.press("从相册选")
        chooser.value.set_files(file)

    def sign_as(self, name: str, *, finish: bool = True) -> None:
        """Write on the pad with a finger."""
        self.press(re.compile(f"^请{name}签名"))
        pad = hands.by_id(self.page, "signature-pad")
        pad.wait_for(state="attached")
        self.page.wait_for_timeout(800)
        hands.sign(self.page, pad)
        self.page.wait_for_timeout(800)
        if finish:
            self.signed()

    def signed(self) -> None:
        """Say that the signature is done."""
        hands.press(self.page, "签好了")
        self.page.wait_for_timeout(1200)

    def step_is(self, name: str) -> bool:
        """Is this the step being filled?"""
        return self.page.get_by_role("button", name=re.compile(f"{name}，正在填")).count() > 0
