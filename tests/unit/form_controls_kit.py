"""Controls on a page over a real session: what they answer is what the engine takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import flet as ft
from fake_flet import FakeApp
from forms_kit import fill
from visit_world import HandClock, StubLocation

from app.actions.survey_draft import Sketch
from app.platform.errors import PlatformError
from app.platform.native.pictures import PillowPictureCodec
from app.views.form.asked import Asked
from app.views.form.controls import control_for
from domain.errors import NuanFangError
from forms import Session


@dataclass
class File:
    """What a draft keeps of a file."""

    name: str
    sha256: str
    kind: str
    size: int
    content_type: str
    source: str


class StubRecorder:
    """A microphone that says a word, or refuses with ``code``."""

    def __init__(self) -> None:
        self.code, self.lost, self.running = "", False, False

    async def start(self) -> None:
        if self.code:
            raise PlatformError(self.code)
        self.running = True

    async def stop(self) -> tuple[bytes, str]:
        self.running = False
        if self.lost:
            raise PlatformError("recording_lost")
        return b"sound", "audio/webm"

    async def cancel(self) -> None:
        self.running = False


class StubCodes:
    """Reads what it is told is there."""

    def __init__(self) -> None:
        self.able, self.text, self.seen = True, "", 0

    async def ready(self) -> bool:
        return self.able

    async def read(self, picture: bytes) -> str | None:
        self.seen += 1
        return self.text or None


@dataclass
class StubDevice:
    """As much of a Platform as controls use."""

    location: StubLocation = field(default_factory=StubLocation)
    pictures: PillowPictureCodec = field(default_factory=PillowPictureCodec)
    recorder: StubRecorder = field(default_factory=StubRecorder)
    codes: StubCodes = field(default_factory=StubCodes)
    clock: HandClock = field(default_factory=HandClock)


class Paper:
    """The frame's part: hands answers to the session and draws again."""

    def __init__(self, session: Session) -> None:
        self.session, self.device = session, StubDevice()
        self.files: dict[str, File] = {}
        self.shelf: dict[str, bytes] = {}
        self.sketches: dict[str, Sketch] = {}
        self.pictures: dict[str, bytes] = {}
        self.given: list[tuple[str, str]] = []
        self.advanced = 0
        self.turned = False
        self.unread: dict[str, bool] = {}
        self.trouble: NuanFangError | None = None
        self.draw: Callable[[], None] = lambda: None
        self.app: FakeApp

    def asked(self, path: str) -> Asked:
        async def attach(data: bytes, *, kind: str, content_type: str, source: str, name: str = "") -> None:
            await asyncio.sleep(0)
            if self.trouble is not None:
                raise self.trouble
            mark = f"{len(self.shelf):064}"
            self.shelf[mark] = data
            self.files[path] = File(name or f"{kind}.bin", mark, kind, len(data), content_type, source)
            self.answer(path, self.files[path].name)

        async def ground(data: bytes, *, source: str) -> None:
            if self.trouble is not None:
                raise self.trouble
            mark = f"ground-{len(self.shelf)}"
            self.shelf[mark] = data
            back: Any = File("photo.jpg", mark, "photo", len(data), "image/jpeg", source)
            self.sketches[path] = Sketch(strokes=[], width=1200, height=900, background=back)

        def keep_sketch(strokes: Any, width: int, height: int) -> None:
            old = self.sketches.get(path)
            back = old.background if old else None
            self.sketches[path] = Sketch(strokes=strokes, width=width, height=height, background=back)

        def drop() -> None:
            self.files.pop(path)
            self.answer(path, "")

        def advance() -> None:
            self.advanced += 1

        device: Any = self.device
        return Asked(
            question=self.session.question(path),
            answer=lambda value: self.answer(path, value),
            error="",
            file=self.files.get(path),
            attach=attach,
            drop_file=drop,
            picture=self.pictures.get,
            load=self.load,
            platform=device,
            advance=advance,
            unread=lambda wrong: self.unread.update({path: wrong}),
            sketch=lambda: self.sketches.get(path),
            keep_sketch=keep_sketch,
            background=ground,
        )

    def answer(self, path: str, value: str) -> None:
        """As the engine takes it: a form it does not accept fails the test."""
        self.given.append((path, value))
        self.session.set(path, value)
        self.draw()

    async def turn(self) -> None:
        """The person goes to another page."""
        self.turned = True
        self.draw()
        await self.app.settle(40)

    async def load(self, mark: str) -> bytes:
        if mark not in self.shelf:
            raise PlatformError("blob_missing", name=mark)
        return self.shelf[mark]

    def value(self, path: str = "/data/q") -> str:
        return self.session.value(path)

    # --- hands and eyes ----------------------------------------------------------------------------

    def seen(self) -> Iterator[Any]:
        """The page and the dialogs that are open over it."""
        for root in (self.app.top, *(one for one in self.app.page._dialogs.controls if one.open)):
            yield from self.app.walk(root)

    def part(self, identifier: str) -> Any:
        """What stands under ``q-…``, on the page or over it."""
        named = [one for one in self.seen() if isinstance(one, ft.Semantics) and one.identifier]
        found = [one for one in named if one.identifier == identifier]
        assert found, f"no {identifier}; there are {sorted(one.identifier for one in named)}"
        return found[-1]

    def has(self, identifier: str) -> bool:
        return any(isinstance(one, ft.Semantics) and one.identifier == identifier for one in self.seen())

    def inside(self, identifier: str, kind: type) -> Any:
        return next(one for one in self.app.walk(self.part(identifier)) if isinstance(one, kind))

    async def press(self, identifier: str) -> None:
        part = self.part(identifier)
        if part.on_tap is not None:
            await self.app.fire(part, "tap")
            return
        target = next(one for one in self.app.walk(part) if getattr(one, "on_click", None) is not None)
        await self.app.fire(target, "click")

    async def type(self, identifier: str, *texts: str, leave: bool = True) -> None:
        """Each text is what stands in the field after one more key."""
        field = self.inside(identifier, ft.TextField)
        for text in texts:
            await self.app.type(field, text)
            field = self.inside(identifier, ft.TextField)
        if leave:
            await self.app.fire(field, "blur")

    def field(self, identifier: str = "q-/data/q") -> ft.TextField:
        found: ft.TextField = self.inside(identifier, ft.TextField)
        return found

    def player(self) -> Any:
        """Flet's sound player."""
        return next(one for one in self.app.session.index.values() if type(one).__name__ == "Audio")

    async def pick(self, identifier: str, data: bytes | None, name: str, size: int | None = None) -> None:
        """The system's picker answers with one file."""
        action = next(
            one.action
            for one in self.app.walk(self.part(identifier))
            if getattr(one, "action", None) is not None
        )
        picker = action.file_picker
        file = {"id": 1, "name": name, "size": len(data or b"") if size is None else size, "bytes": data}
        await self.app.fire(picker, "result", {"files": [file]})


@asynccontextmanager
async def page_of(source: str, *paths: str, paper: Paper | None = None, **more: Any) -> Any:
    """``async with page_of(xform(…)) as paper``: the controls of the questions, ``/data/q`` without paths."""
    paper = paper or Paper(fill(source))

    @ft.component
    def Root() -> ft.View:
        _, count = ft.use_state(0)
        paper.draw = lambda: count(lambda drawn: drawn + 1)
        shown = () if paper.turned else paths or ("/data/q",)
        controls = [control_for(paper.asked(path)) for path in shown]
        return ft.View(route="/", controls=controls)

    def main(page: ft.Page) -> None:
        page.render_views(Root)

    async with FakeApp(main, **more) as app:
        paper.app = app
        yield paper
