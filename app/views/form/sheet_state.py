"""One questionnaire being filled, as its screen turns the pages; plain Python.

The walker of the session knows the pages; here is what a person does with them: on, back, jump, answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from app.actions.services import Bell
from app.views.form.faults_state import Faults
from app.views.form.tally_state import Counter, Tally
from domain.errors import NuanFangError
from forms import AnswerError, Page, Problem, Session

T = TypeVar("T")


class Filler(Protocol):
    """What of app.actions.fill_survey.Filling turns pages: each call is kept when it returns."""

    @property
    def session(self) -> Session: ...
    def answer(self, path: str, value: str) -> None: ...
    def add_row(self, path: str) -> str: ...
    def remove_row(self, path: str) -> None: ...
    def set_language(self, language: str) -> None: ...
    def at(self, path: str) -> None: ...
    def problems(self) -> list[Problem]: ...


class Sheet:
    """``turned`` rings when another page is to be drawn, ``touched`` when something on this page changed.

    ``trouble`` is an error raised on purpose (no room on the phone, say), shown above the page.
    """

    def __init__(self, filling: Filler) -> None:
        self.filling = filling
        self.turned, self.touched = Bell(), Bell()
        self.trouble: NuanFangError | None = None
        self._faults = Faults()
        self._counter = Counter()

    @property
    def session(self) -> Session:
        return self.filling.session

    # --- where -------------------------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """What is to be shown; None when nothing of the form is to be asked."""
        return self.session.walker.here()

    @property
    def is_first(self) -> bool:
        return self.session.walker.progress()[0] <= 1

    @property
    def is_last(self) -> bool:
        place, count = self.session.walker.progress()
        return place >= count

    def next(self) -> str | None:
        """On, when nothing on the page is wrong. Returns the first question at fault; "" at the end of the
        form; None when the page has turned."""
        fault = self.check_page()
        if fault is not None:
            self.touched.ring()
            return fault
        if self.is_last:
            return ""
        self._turn(self.session.walker.next)
        return None

    def forward(self) -> None:
        """On after an answer that is also a step (appearance quick); the last page stays."""
        self.next()

    def back(self) -> bool:
        """To the page before, whatever is wrong on this one; False on the first page."""
        if self.is_first:
            return False
        self._turn(self.session.walker.previous)
        return True

    def jump(self, path: str) -> None:
        """To the page that shows ``path``; one that is gone meanwhile leaves the page as it is."""
        try:
            self._turn(lambda: self.session.walker.jump(path))
        except AnswerError:
            self.turned.ring()

    def resume(self, path: str) -> None:
        """Where the person was before the app was closed or killed; the beginning when that is gone."""
        try:
            if path:
                self.session.walker.jump(path)
        except AnswerError:
            return

    def show(self, path: str) -> None:
        """Jump there from the list; a question that was already answered wrongly says so at once."""
        self.jump(path)
        self._faults.say(one for one in self._questions() if self.session.value(one))
        self.touched.ring()

    def show_fault(self, path: str) -> None:
        """Jump there, and say at once what is wrong."""
        self.jump(path)
        self._faults.say([path])
        self.touched.ring()

    def _turn(self, move: Callable[[], Any]) -> None:
        move()
        self._faults = Faults()
        self._note(self.landmark())
        self.turned.ring()

    def landmark(self) -> str:
        """The path by which a restarted app finds this page again."""
        page = self.page
        if page is None:
            return ""
        return page.questions[0] if page.questions else page.path

    # --- answering ---------------------------------------------------------------------------------

    def answer(self, path: str, value: str) -> None:
        """Keep the answer; one that does not fit is refused with its reason, and the old one stays."""
        before, old = self._shape(), self.session.value(path)
        self._faults.touch(path)
        self.keep(lambda: self._give(path, value))
        self._counter.answered(self.session, path, old)
        self._settle(before)

    def _give(self, path: str, value: str) -> None:
        try:
            self.filling.answer(path, value)
        except AnswerError as error:
            self._faults.refuse(path, error.code)
        else:
            self._faults.accept(path)

    def unread(self, path: str, wrong: bool) -> None:
        """Something stands in the field of ``path`` that is no answer; the page is not left over it."""
        self._faults.unread(path, wrong)

    def changed(self, path: str) -> None:
        """The answer was kept in another way: a file was taken or dropped."""
        self._faults.touch(path)
        self._faults.accept(path)
        self._counter.forget()
        self.turned.ring()

    def add_row(self, path: str) -> None:
        """A new row of the repeat, and on to its first question."""
        row = self.keep(lambda: self.filling.add_row(path))
        if row is not None:
            self.jump(row)

    def remove_row(self, path: str) -> None:
        """Forget a row; the page stays with the cards of the others."""
        self.keep(lambda: self.filling.remove_row(path))
        self._faults = Faults()
        self.turned.ring()

    def speak(self, language: str) -> None:
        """Another language of the form, on the same page."""
        self.keep(lambda: self.filling.set_language(language))
        self.turned.ring()

    def tell(self, error: NuanFangError | None) -> None:
        """Show this trouble above the page; None takes it away."""
        self.trouble = error
        self.turned.ring()

    def _settle(self, before: tuple[Any, ...]) -> None:
        self._faults.keep(self._questions())
        if self._shape() != before:
            self.turned.ring()
        else:
            self.touched.ring()

    def _shape(self) -> tuple[Any, ...]:
        """What the frame around the questions shows: another one is drawn anew."""
        page = self.page
        return (page.kind, page.path, *self.session.walker.progress()) if page else ()

    def _note(self, path: str) -> None:
        if path:
            self.keep(lambda: self.filling.at(path))

    def keep(self, act: Callable[[], T]) -> T | None:
        """Do it; what the phone or the form refuses becomes ``trouble``, and None comes back."""
        try:
            result = act()
        except NuanFangError as error:
            self.tell(error)
            return None
        if self.trouble is not None:
            self.tell(None)
        return result

    # --- faults ------------------------------------------------------------------------------------

    def check_page(self) -> str | None:
        """Check every question of the page; from now on its faults are shown. The first one's path."""
        faulty = [path for path in self._questions() if self._faults.is_wrong(self.session, path)]
        self._faults.say(faulty)
        return faulty[0] if faulty else None

    def _questions(self) -> tuple[str, ...]:
        page = self.page
        return page.questions if page else ()

    def error(self, path: str) -> str:
        """The words at a question; empty while there is nothing to say."""
        return self._faults.words(self.session, path)

    # --- how far -----------------------------------------------------------------------------------

    def tally(self) -> Tally:
        """Questions asked and answered over all pages, as the form is now."""
        return self._counter.now(self.session)
