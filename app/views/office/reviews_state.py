"""What was said of this visit before: who, when, what (S9). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.actions.office_review_visit import PASS
from app.lang import t
from app.views.office import words
from app.views.office.marks import Line, Mark
from sync.protocol.supervision import Review


@dataclass(frozen=True, slots=True)
class Said:
    """One verdict: ``line`` in a few words with who and when as its hint, ``note`` as it was written."""

    line: Line
    note: str


def reviews_of(reviews: Iterable[Review], now: datetime) -> tuple[Said, ...]:
    """The newest first: it is the one that holds."""
    return tuple(_said(one, now) for one in reversed(list(reviews)))


def _said(one: Review, now: datetime) -> Said:
    passed = one.verdict == PASS
    text = t("office.review.passed" if passed else "office.review.doubted")
    hint = t(
        "office.reviews.by", name=one.name or t("common.unknown"), time=words.when(words.moment(one.at), now)
    )
    return Said(Line(Mark.GOOD if passed else Mark.LOOK, text, hint), one.note)
