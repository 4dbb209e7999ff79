"""A spoken answer: recorded here, or a recording picked; heard, done again, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import flet as ft

from app.lang import t
from app.platform.errors import PlatformError
from app.views.components import column, detail, number, primary, quiet, secondary
from app.views.form.asked import Asked
from app.views.form.controls.kept import (
    Keeping,
    busy_line,
    delete_tool,
    picker_of,
    size_words,
    use_keeping,
    use_kept_bytes,
)
from app.views.form.controls.pieces import gap_row, ident, plain_box, trouble
from app.views.form.controls.sound import play_button, use_sound
from app.views.format import problem
from app.views.theme import S2, S3
from app.views.visit.hooks import part, use_made

LONGEST_S = 30 * 60
"""A recording that somebody forgot ends by itself."""


class Take:
    """What is going on at the microphone: idle, starting, recording. ``seconds`` so far."""

    def __init__(self) -> None:
        self.state = "idle"
        self.seconds = 0
        self.asked: Asked
        self.keeping: Keeping
        self.redraw: Callable[[], None] = lambda: None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Asks for the microphone; a refusal is told in words."""
        self.state, self.seconds = "starting", 0
        self.keeping.tell("")
        try:
            await self.asked.platform.recorder.start()
        except PlatformError as error:
            self.state = "idle"
            self.keeping.tell(problem(error.code, **error.details))
            return
        self.state = "recording"
        self._later(self._count(self.asked.platform.clock.monotonic_ns()))
        self.redraw()

    async def _count(self, since: int) -> None:
        while self.state == "recording":
            self.seconds = (self.asked.platform.clock.monotonic_ns() - since) // 10**9
            self.redraw()
            if self.seconds >= LONGEST_S:
                await self.stop()
            await asyncio.sleep(0.5)

    async def stop(self) -> None:
        """The recording becomes the answer."""
        if self.state != "recording":
            return
        self.state = "idle"
        self.redraw()
        try:
            sound, kind = await self.asked.platform.recorder.stop()
        except PlatformError as error:
            self.keeping.tell(problem(error.code, **error.details))
            return
        await self.keeping.keep(sound, kind="audio", content_type=kind, source="made")

    def leave(self) -> None:
        """The person went to another page: what was said is kept."""
        if self.state == "recording":
            self._later(self.stop())

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@ft.component
def VoiceAnswer(asked: Asked) -> ft.Control:
    """audio. Leaving the page ends the recording and keeps it."""
    take = use_made(Take)
    _, count = ft.use_state(0)
    take.asked, take.keeping = asked, use_keeping(asked)
    take.redraw = lambda: count(lambda drawn: drawn + 1)
    data = use_kept_bytes(asked)
    ft.use_effect(lambda: None, [], take.leave)
    if take.state == "recording":
        return _recording(asked, take.seconds, take.stop)
    return _resting(asked, take.keeping, data, take.start)


def _recording(asked: Asked, seconds: int, stop: Any) -> ft.Control:
    dot = ft.Icon(ft.Icons.FIBER_MANUAL_RECORD, color=ft.Colors.ERROR, apply_text_scaling=True)
    line = ft.Row([dot, number(f"{seconds // 60}:{seconds % 60:02}")], alignment=ft.MainAxisAlignment.CENTER)
    shown = plain_box(column([line, detail(t("form_controls.voice.recording"))], spacing=S2))
    button = primary(t("form_controls.voice.stop"), stop, icon=ft.Icons.STOP)
    return column([shown, ft.Semantics(content=button, identifier=ident(asked, "stop"))], spacing=S3)


def _resting(asked: Asked, keeping: Keeping, data: bytes | str | None, start: Any) -> ft.Control:
    parts: list[ft.Control] = []
    if asked.file is not None:
        parts.append(part(Player, f"player-{asked.file.sha256}", asked, data))
    if keeping.busy:
        parts.append(busy_line(t("form_controls.keeping")))
    else:
        make = primary if asked.file is None else secondary
        word = "form_controls.voice.start" if asked.file is None else "form_controls.voice.again"
        button = make(t(word), start, icon=ft.Icons.MIC)
        parts.append(ft.Semantics(content=button, identifier=ident(asked, "record")))
    if keeping.trouble:
        parts.append(trouble(keeping.trouble))
    parts.append(part(Others, "others", asked, keeping))
    return column(parts, spacing=S3)


@ft.component
def Others(asked: Asked, keeping: Keeping) -> ft.Control:
    """A recording that the phone already has, and removing."""

    async def picked(data: bytes, name: str, kind: str) -> None:
        await keeping.keep(data, kind="audio", content_type=kind, source="album", name=name)

    picker = picker_of(picked, keeping.tell)
    button = quiet(t("form_controls.voice.pick"), lambda: None, icon=ft.Icons.FOLDER_OPEN)
    pick: Any = button
    pick.action = ft.PickFiles(picker, file_type=ft.FilePickerFileType.AUDIO, with_data=True)
    tools: list[ft.Control] = [ft.Semantics(content=button, identifier=ident(asked, "pick"))]
    if asked.file is not None:
        tools.append(delete_tool(asked))
    return gap_row(tools)


@ft.component
def Player(asked: Asked, data: bytes | str | None) -> ft.Control:
    """What was recorded, to be heard."""
    sound = use_sound()
    failed = sound.failed or data == ""
    button = play_button(sound, None if failed else data, t("form_controls.voice.play"))
    size = size_words(asked.file.size) if asked.file else ""
    words = t("form_controls.voice.unplayable" if failed else "form_controls.voice.kept", size=size)
    return column([detail(words), ft.Semantics(content=button, identifier=ident(asked, "play"))], spacing=S2)
