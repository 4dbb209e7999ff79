"""One question on the page: its words, the control for its answer, what is wrong with it."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.forms_here import picture_of
from app.actions.survey_draft import FileDraft
from app.lang import t
from app.views.components import Tone, callout, column, detail, quiet, status
from app.views.form.asked import Asked
from app.views.form.controls import control_for
from app.views.form.controls.sound import play_button, use_sound
from app.views.form.open import Paper
from app.views.theme import RADIUS_CONTROL, S1, S3, Type
from app.views.visit.hooks import part
from app.views.visit.widgets import marked
from forms import Question

LONG = 40
"""Characters of a label from which on it is set smaller: a paragraph in headline size is hard to read."""


@ft.component
def QuestionCard(
    paper: Paper, question: Question, error: str, file: FileDraft | None, compact: bool
) -> ft.Control:
    """Drawn again only when one of these is another (``ft.memo`` in the page)."""
    parts: list[ft.Control] = [_label(question, compact)]
    parts += _picture(paper, question)
    if question.hint:
        parts.append(detail(question.hint))
    if question.guidance:
        parts.append(part(Guidance, "guidance", question.guidance))
    parts += _error(error)  # above the answer: below a long list of choices nobody would see it
    parts.append(control_for(_asked(paper, question, error, file, compact)))
    return marked(f"question-{question.path}", column(parts, spacing=S3))


def _label(question: Question, compact: bool) -> ft.Control:
    words = question.label or question.path.rpartition("/")[2]
    if question.type == "note":
        return ft.Text(words, theme_style=Type.BODY)
    style = Type.SECTION if compact or len(words) > LONG else Type.NAME
    spans = [ft.TextSpan(words)]
    if question.required and not question.readonly:
        mark = ft.TextStyle(color=ft.Colors.ERROR)
        spans.append(ft.TextSpan("\u00a0*", style=mark, semantics_label=t("form.required")))
    return ft.Text(spans=spans, theme_style=style)


def _picture(paper: Paper, question: Question) -> list[ft.Control]:
    """What the form shows and reads aloud with its label."""
    name = question.media.get("big-image") or question.media.get("image")
    found: list[ft.Control] = []
    if name:
        data = picture_of(paper.services, paper.filling.draft.form_key, name)
        if data is None:
            found.append(status(ft.Icons.BROKEN_IMAGE_OUTLINED, t("form.media.missing", name=name)))
        else:
            found.append(
                ft.Image(src=data, border_radius=RADIUS_CONTROL, semantics_label=t("form.media.picture"))
            )
    spoken = question.media.get("audio")
    if spoken:
        data = picture_of(paper.services, paper.filling.draft.form_key, spoken)
        found.append(part(ReadAloud, f"aloud-{spoken}", spoken, data))
    return found


@ft.component
def ReadAloud(name: str, data: bytes | None) -> ft.Control:
    """The question's recording, for dialects and for who cannot read."""
    sound = use_sound()
    if data is None:
        return status(ft.Icons.VOLUME_OFF_OUTLINED, t("form.media.sound_missing", name=name))
    if sound.failed:
        return status(ft.Icons.VOLUME_OFF_OUTLINED, t("form.media.silent"))
    return marked("question-aloud", play_button(sound, data, t("form.media.listen")))


@ft.component
def Guidance(words: str) -> ft.Control:
    """How to ask this, folded away for those who know."""
    opened, set_opened = ft.use_state(False)
    icon = ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE
    button = quiet(t("form.guidance"), lambda: set_opened(not opened), icon=icon)
    head = ft.Row([marked("guidance", button)], tight=True)
    if not opened:
        return head
    return column([head, callout(ft.Icons.INFO_OUTLINE, words, Tone.QUIET)], spacing=S1)


def _asked(paper: Paper, question: Question, error: str, file: FileDraft | None, compact: bool) -> Asked:
    path, filling, sheet = question.path, paper.filling, paper.sheet

    async def attach(data: bytes, **more: Any) -> None:
        await filling.attach(path, data, **more)
        sheet.changed(path)

    def drop_file() -> None:
        filling.drop_file(path)
        sheet.changed(path)

    async def background(data: bytes, **more: Any) -> None:
        await filling.background(path, data, **more)
        sheet.changed(path)

    return Asked(
        question=question,
        answer=lambda value: sheet.answer(path, value),
        error=error,
        file=file,
        attach=attach,
        drop_file=drop_file,
        picture=lambda name: picture_of(paper.services, filling.draft.form_key, name),
        load=paper.services.blobs.get,
        platform=paper.services.platform,
        compact=compact,
        advance=None if compact else sheet.forward,
        unread=lambda wrong: sheet.unread(path, wrong),
        sketch=lambda: filling.draft.sketches.get(path),
        keep_sketch=lambda strokes, width, height: filling.sketch(path, strokes, width, height),
        background=background,
    )


def _error(words: str) -> list[ft.Control]:
    if not words:
        return []
    line = status(ft.Icons.ERROR_OUTLINE, words, Tone.PROBLEM)
    return [ft.Semantics(content=line, identifier="question-error", live_region=True, key="error")]
