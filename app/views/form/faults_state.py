"""What is wrong on the page that is shown, and when it may be said.

A fault is said once its question was left (the next one was answered, or Next pressed), not while the answer
is still being given. An answer that the form refuses is said at once: it was not kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.lang import has_text, t
from forms import Problem, Session


class Faults:
    """Forgotten when the page turns."""

    def __init__(self) -> None:
        self._refused: dict[str, str] = {}
        self._unread: set[str] = set()
        self._said: set[str] = set()
        self._last = ""

    def touch(self, path: str) -> None:
        """This question is being answered; the one touched before was left."""
        if self._last and self._last != path:
            self._said.add(self._last)
        self._last = path

    def refuse(self, path: str, code: str) -> None:
        """The answer did not fit and was not kept."""
        self._refused[path] = code

    def accept(self, path: str) -> None:
        """The answer was kept."""
        self._refused.pop(path, None)

    def keep(self, paths: Collection[str]) -> None:
        """Only these are shown now. What stood in the field of another is gone with the field; should the
        question come back, it comes back with its kept answer."""
        self._unread.intersection_update(paths)
        self._refused = {path: code for path, code in self._refused.items() if path in paths}

    def unread(self, path: str, wrong: bool) -> None:
        """Whether something stands in the field that is no answer; the page is not left over it."""
        if wrong:
            self._unread.add(path)
        else:
            self._unread.discard(path)

    def say(self, paths: Iterable[str]) -> None:
        """From now on what is wrong with these is said."""
        self._said.update(paths)

    def is_wrong(self, session: Session, path: str) -> bool:
        """Whether the page may not be left yet because of this question."""
        return path in self._refused or path in self._unread or session.check(path) is not None

    def words(self, session: Session, path: str) -> str:
        """What to say at a question; empty while there is nothing to say."""
        if path in self._refused:
            return refusal_words(self._refused[path])
        if path not in self._said:
            return ""
        if path in self._unread:
            return t(f"form_controls.not_{session.question(path).type}")
        return problem_words(session.check(path))


def problem_words(problem: Problem | None) -> str:
    """The form's own words, else the app's."""
    if problem is None:
        return ""
    return problem.message or t(f"forms.problem.{problem.code}")


def refusal_words(code: str) -> str:
    """Why an answer was not taken."""
    key = f"error.{code}"
    return t(key) if has_text(key) else t("forms.problem.wrong_type")
