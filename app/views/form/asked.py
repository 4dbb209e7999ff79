"""What a control needs to ask one question, and where its answer goes.

The frame (label, hint, paging, errors of the check) makes an ``Asked`` at each drawing and hands it to
``app.views.form.controls.control_for``; a control never reaches past it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from forms import Question

if TYPE_CHECKING:
    from app.actions.survey_draft import Sketch
    from app.actions.visit_draft import Strokes
    from app.platform.ports import Platform

FileKind = Literal["photo", "drawing", "audio", "file"]
FileSource = Literal["camera", "album", "made"]


class KeptFile(Protocol):
    """What the answer names, kept on this phone (app.actions.survey_draft.FileDraft). ``size`` in bytes."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def size(self) -> int: ...


class Attach(Protocol):
    """Keeps bytes as the answer. Raises NuanFangError; then the answer is as it was."""

    def __call__(
        self, data: bytes, *, kind: FileKind, content_type: str, source: FileSource, name: str = ""
    ) -> Awaitable[None]: ...


class Ground(Protocol):
    """Keeps a photo to be drawn on (appearance annotate); strokes begin anew. Raises NuanFangError."""

    def __call__(self, data: bytes, *, source: FileSource) -> Awaitable[object]: ...


def _no_sketch() -> Sketch | None:
    return None


def _keep_no_sketch(strokes: Strokes, width: int, height: int) -> None:
    """Drawn strokes live only as long as the pad."""


@dataclass(frozen=True)
class Asked:
    """``answer``: the new answer in the engine's lexical form, "" clears it; only forms the engine accepts
    are ever given. ``error``: what is wrong with the answer, for the field's red frame; the frame says it in
    words. ``picture``: the bytes of a picture that a label or choice names, None when the phone lacks it.
    ``load``: the bytes of a kept file by its sha256. ``compact``: several questions share the page.
    ``advance``: go to the next page (appearance quick). ``unread(True)``: something stands in the field that
    is no answer; nobody shall go on believing it was kept. ``platform``: place, pictures, voice and codes.
    ``sketch``: what was drawn so far; ``keep_sketch``: keeps it after each stroke."""

    question: Question
    answer: Callable[[str], None]
    error: str
    file: KeptFile | None
    attach: Attach
    drop_file: Callable[[], None]
    picture: Callable[[str], bytes | None]
    load: Callable[[str], Awaitable[bytes]]
    platform: Platform
    compact: bool = False
    advance: Callable[[], None] | None = None
    unread: Callable[[bool], None] = lambda _: None
    sketch: Callable[[], Sketch | None] = _no_sketch
    keep_sketch: Callable[[Strokes, int, int], None] = _keep_no_sketch
    background: Ground | None = None
