"""What all answers with a file share: keeping bytes, telling what went wrong, removing."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import confirm, detail, quiet, row
from app.views.form.asked import Asked, FileSource
from app.views.form.controls.pieces import ident
from app.views.format import problem
from app.views.theme import S3
from app.views.visit.hooks import part, use_made, use_value
from domain.errors import NuanFangError
from sync.protocol.messages import MAX_MEDIA_BYTES

MEGABYTE = 1024 * 1024


class Latest:
    """The system's picker is made once; the newest drawing of the screen handles its answer."""

    current: Any = None


def picker_of(
    picked: Callable[[bytes, str, str], Awaitable[None]], tell: Callable[[str], None]
) -> ft.FilePicker:
    """A hook: the system's picker. ``picked(data, file name, content type)``; ``tell`` says what is too
    large or cannot be read."""
    latest = use_made(Latest)

    async def choose(file: Any) -> None:
        size = int(file.size or 0)
        if size > MAX_MEDIA_BYTES:
            tell(too_large(size))
        elif not file.bytes:
            tell(t("form_controls.unreadable"))
        else:
            name = file.name or ""
            await picked(bytes(file.bytes), name, mimetypes.guess_type(name)[0] or "application/octet-stream")

    latest.current = choose

    async def result(event: Any) -> None:
        for file in (event.files or [])[:1]:
            await latest.current(file)

    return use_made(lambda: ft.FilePicker(on_result=result))


@dataclass(frozen=True)
class Keeping:
    """``keep`` has the arguments of Asked.attach; ``trouble`` is a sentence, "" when all is well."""

    busy: bool
    trouble: str
    keep: Callable[..., Awaitable[bool]]
    ground: Callable[[bytes, FileSource], Awaitable[bool]]
    tell: Callable[[str], None]


def use_keeping(asked: Asked) -> Keeping:
    """Hand bytes on, with a ring while it takes and words when it fails. The answer then stays as it was."""
    busy, set_busy = ft.use_state(False)
    words, set_words = use_value("")

    async def run(data: bytes, work: Callable[[], Awaitable[object]]) -> bool:
        if len(data) > MAX_MEDIA_BYTES:
            set_words(too_large(len(data)))
            return False
        set_busy(True)
        set_words("")
        try:
            await work()
        except NuanFangError as error:
            set_words(problem(error.code, **error.details))
            return False
        finally:
            set_busy(False)
        return True

    async def keep(data: bytes, **more: Any) -> bool:
        return await run(data, lambda: asked.attach(data, **more))

    async def ground(data: bytes, source: FileSource) -> bool:
        keeper = asked.background
        assert keeper is not None
        return await run(data, lambda: keeper(data, source=source))

    return Keeping(busy, words, keep, ground, set_words)


def too_large(size: int) -> str:
    """In words: how large it is and what the limit is."""
    return t("form_controls.too_large", size=size_words(size), most=size_words(MAX_MEDIA_BYTES))


def size_words(size: int) -> str:
    """820 KB, 3.4 MB."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / MEGABYTE:.1f}".removesuffix(".0") + " MB"


def use_kept_bytes(asked: Asked) -> bytes | str | None:
    """The answer's file: None while it loads, "" when it cannot be read."""
    return use_bytes(asked, asked.file.sha256 if asked.file is not None else "")


def use_bytes(asked: Asked, sha256: str) -> bytes | str | None:
    """A kept file by its hash: None while it loads and for no hash, "" when it cannot be read."""
    loaded, set_loaded = use_value(("", b""))

    async def load() -> None:
        if not sha256:
            return
        try:
            set_loaded((sha256, await asked.load(sha256)))
        except NuanFangError:
            set_loaded((sha256, ""))

    ft.use_effect(load, [sha256])
    found: tuple[str, bytes | str] = loaded
    return found[1] if sha256 and found[0] == sha256 else None


def busy_line(words: str) -> ft.Control:
    ring = ft.ProgressRing(width=22, height=22, stroke_width=2.5)
    return row([ring, detail(words)], spacing=S3)


def delete_tool(asked: Asked) -> ft.Control:
    """Removes the file after asking."""
    return part(DeleteTool, "delete", asked)


@ft.component
def DeleteTool(asked: Asked) -> ft.Control:
    """Asks first: a picture or a voice cannot be made again later."""
    asks, set_asks = ft.use_state(False)

    def yes() -> None:
        set_asks(False)
        asked.drop_file()

    no = lambda: set_asks(False)  # noqa: E731
    dialog = confirm(
        t("form_controls.delete_title"),
        t("form_controls.delete_text"),
        (t("form_controls.delete"), yes),
        (t("common.cancel"), no),
    )
    ft.use_dialog(dialog if asks else None)
    button = quiet(t("form_controls.delete"), lambda: set_asks(True), icon=ft.Icons.DELETE_OUTLINE)
    return ft.Semantics(content=button, identifier=ident(asked, "delete"))
