"""Fill in a questionnaire: every change is on the disk when the call returns (ADR 0007).

``open_survey`` gives the one Filling of a draft; screens read ``filling.session`` and ``filling.draft`` anew
at each drawing (both are replaced when a write fails) and draw again when ``services.draft_bell`` rings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from app.actions.form_datasets import datasets_of
from app.actions.form_shelf import LoadedForm
from app.actions.forms_here import definition_of
from app.actions.services import Services
from app.actions.survey_draft import (
    ANSWER,
    FILE,
    PLACE,
    SKETCH,
    TOUCH,
    FileDraft,
    FileKind,
    FileSource,
    Sketch,
    SurveyDraft,
    differences,
    moved_up,
    names_of,
)
from app.actions.survey_drafts import join_visit, need_survey, write_parts
from app.actions.survey_files import keep_file, keep_photo, let_go
from app.actions.survey_hooks import hooks_of
from app.actions.visit_draft import PlaceDraft, Strokes
from app.store.sync_port import utc_text
from forms import AnswerError, Problem, Session

T = TypeVar("T")


def open_survey(services: Services, survey_id: str) -> Filling:
    """The filling of a draft; the same object as long as somebody holds it.

    Raises InputError("survey_missing" | "form_missing"), FormError: this app cannot use the form (any more).
    """
    known = services.forms.open.get(survey_id)
    if known is None:
        draft = need_survey(services, survey_id)
        known = Filling(services, draft, definition_of(services, draft.form_key))
        services.forms.open[survey_id] = known
    else:
        known.follow_feed()
    services.forms.last = known
    return known


def opened(filling: Filling, services: Services) -> None:
    """It was begun just now: whoever opens it next gets this one instead of reading it again."""
    services.forms.open[filling.draft.id] = services.forms.last = filling


class Filling:
    """One questionnaire being filled in. Never set answers on ``session`` directly: they would not be kept.

    Whatever raises has changed nothing, neither here nor on the disk: AnswerError (the value does not fit,
    no such row …), StoreError("disk_full" …), InputError("survey_missing") once it was sealed or discarded.
    """

    def __init__(
        self, services: Services, draft: SurveyDraft, form: LoadedForm, session: Session | None = None
    ) -> None:
        self._services, self.draft, self.form = services, draft, form
        self.session = session or self._fresh()
        self._stand(draft.page)
        self._moves = 0
        self._tidying: set[asyncio.Task[None]] = set()

    # --- answers ----------------------------------------------------------------------------------

    def answer(self, path: str, value: str) -> None:
        """``value`` as forms.Session.set takes it, "" clears. For files use attach and drop_file."""
        self._change(lambda: self.session.set(path, value))

    def add_row(self, path: str) -> str:
        """A new last row of a repeat; returns its path."""
        return self._change(lambda: self.session.add_row(path))

    def remove_row(self, path: str) -> None:
        """A row with its answers, files and drawings; the rows after it move up."""
        self._moves += 1
        files, sketches = moved_up(self.draft.files, path), moved_up(self.draft.sketches, path)
        self._change(lambda: self.session.remove_row(path), files, sketches)

    def set_language(self, language: str) -> None:
        """One of ``form.definition.languages``."""
        self._change(lambda: self.session.set_language(language))

    def join_visit(self, visit_id: str) -> None:
        """It is gone on with during this visit."""
        join_visit(self._services, self.draft.id, visit_id)
        self.draft = msgspec.structs.replace(self.draft, visit_id=visit_id)

    def at(self, page_path: str) -> None:
        """The person is on this page now: there the draft opens again."""
        if page_path != self.draft.page:
            self._write(self.draft.files, self.draft.sketches, page=page_path, touched=self.draft.touched)

    def found(self, place: PlaceDraft) -> None:
        """Where this is (app.actions.locate_survey)."""
        if place != self.draft.place:
            self._write(self.draft.files, self.draft.sketches, place=place, touched=self.draft.touched)

    def problems(self) -> list[Problem]:
        """What finishing would stop at, in the order of the form."""
        return self.session.validate()

    # --- files ------------------------------------------------------------------------------------

    async def attach(
        self,
        path: str,
        data: bytes,
        *,
        kind: FileKind,
        content_type: str = "",
        source: FileSource = "camera",
        name: str = "",
    ) -> FileDraft:
        """Keep ``data`` encrypted as the answer of a file question. A photo is shrunk to the form's
        max-pixels, watermarked and hashed (R12); everything else stays as it is. ``name``: of a document.

        Raises also PhotoError("photo_empty" | "photo_too_large" | "photo_twice"), InputError("file_empty" |
        "file_too_large"), PlatformError("not_a_picture" | "picture_too_large" | "disk_full")."""
        moves, question = self._moves, self.session.question(path)
        with self._services.coming.one(self.draft.id):
            if kind == "photo":
                kept = await keep_photo(self._services, self.draft, path, data, source, question.max_pixels)
            else:
                more: Mapping[str, Any] = {"content_type": content_type, "source": source, "name": name}
                kept = await keep_file(self._services, self.draft, path, data, kind=kind, **more)
            try:
                self._same_rows(moves, path)
                files = {**self.draft.files, path: kept}
                self._change(lambda: self.session.set(path, kept.name), files)
            except BaseException:
                self._forget({kept.sha256, kept.thumb_sha256} - {""})
                raise
        return kept

    def drop_file(self, path: str) -> None:
        """Clear the answer, and forget its file and what was drawn."""
        sketches = {at: one for at, one in self.draft.sketches.items() if at != path}
        self._change(lambda: self.session.set(path, ""), sketches=sketches)

    def sketch(self, path: str, strokes: Strokes, width: int, height: int) -> None:
        """Keep what was drawn so far (call after each stroke). ``attach`` makes it the answer."""
        self.session.question(path)
        known = self.draft.sketches.get(path)
        drawn = Sketch(
            strokes=strokes, width=width, height=height, background=known.background if known else None
        )
        self._write(self.draft.files, {**self.draft.sketches, path: drawn})

    async def background(self, path: str, data: bytes, *, source: FileSource = "camera") -> FileDraft:
        """Keep the photo that will be drawn on (appearance annotate), as attach keeps photos; strokes begin
        anew. It is the answer until ``attach(path, …, kind="drawing")`` brings the drawing: who took the
        photo and found nothing to draw has answered."""
        moves, question = self._moves, self.session.question(path)
        with self._services.coming.one(self.draft.id):
            kept = await keep_photo(self._services, self.draft, path, data, source, question.max_pixels)
            try:
                self._same_rows(moves, path)
                drawn = Sketch(strokes=[], width=kept.width, height=kept.height, background=kept)
                files, sketches = {**self.draft.files, path: kept}, {**self.draft.sketches, path: drawn}
                self._change(lambda: self.session.set(path, kept.name), files, sketches)
            except BaseException:
                self._forget({kept.sha256, kept.thumb_sha256})
                raise
        return kept

    async def settled(self) -> None:
        """Files that left the draft are off the shelf too."""
        await asyncio.gather(*self._tidying)

    # --- keeping ----------------------------------------------------------------------------------

    def _change(
        self,
        act: Callable[[], T],
        files: Mapping[str, FileDraft] | None = None,
        sketches: Mapping[str, Sketch] | None = None,
    ) -> T:
        try:
            result = act()
            self._write(
                self.draft.files if files is None else files,
                self.draft.sketches if sketches is None else sketches,
            )
        except AnswerError:
            raise
        except BaseException:
            self.take_back()
            raise
        return result

    def _write(self, files: Mapping[str, FileDraft], sketches: Mapping[str, Sketch], **touch: Any) -> None:
        """One store write of what differs from the disk. A file whose answer is gone goes with it."""
        old, answers = self.draft, self.session.answers()
        news: dict[str, Any] = {
            "answers": answers,
            "files": {path: one for path, one in files.items() if answers.get(path) == one.name},
            "sketches": dict(sketches),
            "language": self.session.language,
            "changed_at": utc_text(self._services.platform.clock.now()),
            "touched": True,
        }
        new = msgspec.structs.replace(old, **{**news, **touch})
        parts: dict[tuple[str, str], Any] = {(TOUCH, ""): new.touch()}
        for mark, before, after in (
            (ANSWER, old.answers, new.answers),
            (FILE, old.files, new.files),
            (SKETCH, old.sketches, new.sketches),
            (PLACE, {"": old.place}, {"": new.place}),
        ):
            parts |= {(mark, path): value for path, value in differences(before, after).items()}
        write_parts(self._services, old.id, parts)
        self.draft = new
        self._forget(names_of(old) - names_of(new))

    def follow_feed(self) -> None:
        """The lists to choose from are those that the phone holds now: a household that was missing may have
        come since this was opened first. Nothing that was answered changes."""
        now = datasets_of(self._services, self.form.doc, self.form.definition)
        if any(now[name] is not one for name, one in self.form.datasets.items()):
            self.form = replace(self.form, datasets=now)
            self.take_back()

    def take_back(self) -> None:
        """The disk did not take it: show what the disk has."""
        page = self.session.walker.here()
        self.session = self._fresh()
        self._stand(page.path if page is not None else "")

    def _stand(self, page: str) -> None:
        """On that page; at the beginning when the form does not show it now."""
        if page:
            with suppress(AnswerError):
                self.session.walker.jump(page)

    def _fresh(self) -> Session:
        return Session(
            self.form.definition,
            answers=self.draft.answers,
            hooks=hooks_of(self._services),
            datasets=self.form.datasets,
            language=self.draft.language,
        )

    def _same_rows(self, moves: int, path: str) -> None:
        """While the picture was worked on a row may have gone: the path would mean another row."""
        if moves != self._moves:
            raise AnswerError("answer_no_such_row", path)

    def _forget(self, names: set[str]) -> None:
        """Off the shelf, soon. A kill before that leaves a stray file, never a missing one."""
        if names:
            task = asyncio.get_running_loop().create_task(let_go(self._services, names))
            self._tidying.add(task)
            task.add_done_callback(self._tidying.discard)
