"""Who visited whom, when and where, as sentences. Pure: the registry's answer in, texts and marks out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from app.lang import t
from app.views.format import span
from app.views.office import words
from app.views.office.marks import Line, Mark
from domain.models.visit import VisitBody
from domain.places import Place, distance_m
from sync.protocol.messages import VisitDetail

CLOCK_SLACK = timedelta(minutes=2)
"""A phone whose clock is off by less is as good as right."""
COARSE_M = 100
"""An accuracy circle wider than this says little about a door."""


def body_of(detail: VisitDetail) -> VisitBody | None:
    """The visit as the phone sealed it; None when it does not decode (then only the raw record is shown)."""
    try:
        return msgspec.convert(detail.head.get("body"), VisitBody)
    except msgspec.ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class Who:
    """Both sides of the door."""

    title: str
    result: Line
    visitors: tuple[str, ...]
    behalf: str
    reason: str


def who(body: VisitBody) -> Who:
    """Who came; fewer than two must say why (R9)."""
    met = body.result.value == "met"
    visitors = tuple(_visitor(one.name, one.post) for one in body.visitors)
    return Who(
        title=words.coded("visit_type", body.visit_type.value),
        result=Line(Mark.GOOD if met else Mark.PLAIN, words.coded("visit_result", body.result.value)),
        visitors=visitors,
        behalf=body.on_behalf_of,
        reason=body.few_visitors_reason,
    )


def _visitor(name: str, post: str) -> str:
    return t("office.who.visitor", name=name, post=post) if post else name


@dataclass(frozen=True, slots=True)
class When:
    """``proved`` cannot be moved by changing a phone's clock; ``device`` is what the phone said."""

    proved: str
    device: str
    length: str
    clock: Line


def time_of(detail: VisitDetail, body: VisitBody | None) -> When:
    """The bounds the registry can prove, the phone's own time, and how far the phone's clock was off."""
    earliest, latest = words.moment(detail.earliest), words.moment(detail.latest)
    started = body.started.device_time if body else None
    ended = body.ended.device_time if body else None
    return When(
        proved=_proved(earliest, latest),
        device=_device(started, ended),
        length=_length(body),
        clock=_clock(sealed_at(detail), earliest, latest),
    )


def sealed_at(detail: VisitDetail) -> datetime | None:
    """The phone's own clock when the record was sealed: what the bounds are about."""
    event = detail.head.get("event_time")
    return words.moment(event.get("device_time")) if isinstance(event, Mapping) else None


def _proved(earliest: datetime | None, latest: datetime | None) -> str:
    if earliest is None:
        return t("office.when.before", latest=words.exact(latest))
    return t("office.when.between", earliest=words.exact(earliest), latest=words.later(latest, earliest))


def _device(started: datetime | None, ended: datetime | None) -> str:
    if started is None or ended is None:
        return t("common.unknown")
    return t("office.when.device", start=words.exact(started), end=words.later(ended, started))


def _length(body: VisitBody | None) -> str:
    """By the monotonic clock when the phone did not restart meanwhile, else by its wall clock."""
    if body is None:
        return t("common.unknown")
    if body.started.boot_id == body.ended.boot_id and body.ended.monotonic_ns >= body.started.monotonic_ns:
        return span(timedelta(microseconds=(body.ended.monotonic_ns - body.started.monotonic_ns) // 1000))
    return span(body.ended.device_time - body.started.device_time)


def _clock(at: datetime | None, earliest: datetime | None, latest: datetime | None) -> Line:
    if at is None or latest is None:
        return Line(Mark.PLAIN, t("office.clock.unknown"))
    if at > latest + CLOCK_SLACK:
        return Line(Mark.LOOK, t("office.clock.fast", span=span(at - latest)), t("office.clock.hint"))
    if earliest is not None and at < earliest - CLOCK_SLACK:
        return Line(Mark.LOOK, t("office.clock.slow", span=span(earliest - at)), t("office.clock.hint"))
    if earliest is None:
        return Line(Mark.PLAIN, t("office.clock.open"), t("office.clock.open_hint"))
    return Line(Mark.GOOD, t("office.clock.fits"))


@dataclass(frozen=True, slots=True)
class Where:
    """``address`` is the file's; the lines say what the phone measured."""

    address: str
    lines: tuple[Line, ...]
    point: str


def place_of(detail: VisitDetail, body: VisitBody | None) -> Where:
    """Where the phone was, how sure it is, and how far from the household's door."""
    home, address = _home(detail.household)
    here = body.place if body else None
    if here is None:
        return Where(address, (Line(Mark.LOOK, t("office.place.none")),), "")
    lines = [_from_home(here, home), _accuracy(here)]
    if here.mocked:
        lines.append(Line(Mark.BAD, t("office.place.mocked"), t("office.place.mocked_hint")))
    point = t("office.place.point", latitude=here.latitude, longitude=here.longitude)
    return Where(address, tuple(lines), point)


def _home(household: Mapping[str, Any] | None) -> tuple[Place | None, str]:
    address = (household or {}).get("address")
    if not isinstance(address, Mapping):
        return None, ""
    line = "".join(str(address.get(part) or "") for part in ("county", "town", "village", "detail"))
    try:
        return msgspec.convert(address.get("place"), Place), line
    except msgspec.ValidationError:
        return None, line


def _from_home(here: Place, home: Place | None) -> Line:
    if home is None:
        return Line(Mark.PLAIN, t("office.place.home_unknown"))
    metres = distance_m(here, home)
    # Whether that is too far is rule R12's decision (a campaign's setting); this only measures.
    certain = max(0, metres - here.accuracy_m - home.accuracy_m)
    near = certain == 0
    text = t("office.place.near" if near else "office.place.away", distance=words.distance(metres))
    return Line(Mark.GOOD if near else Mark.PLAIN, text)


def _accuracy(here: Place) -> Line:
    text = t("office.place.accuracy", distance=words.distance(here.accuracy_m))
    if here.accuracy_m > COARSE_M:
        return Line(Mark.LOOK, text, t("office.place.coarse"))
    return Line(Mark.PLAIN, text)


@dataclass(frozen=True, slots=True)
class NeedLook:
    """One need; ``mark`` is LOOK from serious on."""

    kind: str
    severity: str
    mark: Mark
    wish: str


def needs_of(body: VisitBody) -> tuple[NeedLook, ...]:
    """Needs above none, the gravest first (S18)."""
    told = sorted((need for need in body.needs if need.severity), key=lambda need: -need.severity)
    return tuple(
        NeedLook(
            kind=words.coded("need_kind", need.kind.value),
            severity=words.coded("need_severity", need.severity.value),
            mark=Mark.LOOK if need.severity >= 2 else Mark.PLAIN,
            wish=need.wish,
        )
        for need in told
    )


def utc_now() -> datetime:
    """The wall clock, for "today" and "yesterday" on screen only."""
    return datetime.now(UTC)
