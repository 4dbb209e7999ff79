"""The queue: coverage, filters, visits fifty at a time; loading, empty, offline and broken too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flet as ft

from app.actions.office_desk import Desk
from app.actions.office_list_visits import Filters
from app.actions.services import Services
from app.lang import t
from app.views.components import Tone, banner, detail, empty, failed, loading, quiet, secondary
from app.views.context import use_services
from app.views.format import NO_ANSWER
from app.views.office import queue_load, words
from app.views.office.coverage_view import CoverageCard, coverage_place
from app.views.office.filters_view import FilterBar
from app.views.office.hooks import use_desk
from app.views.office.later import later
from app.views.office.queue_row import queue_row
from app.views.office.queue_state import Busy, Queue, row_look
from app.views.office.story_state import utc_now
from app.views.theme import PAGE, S2, S3

if TYPE_CHECKING:
    from flet.components.hooks.use_ref import MutableRef

PULL = -12.0
"""Overscroll at the top, dp, from which a pull means "again"."""


@ft.component
def QueuePane(selected: str, on_open: Callable[[str], Any]) -> Any:
    """The list; ``selected`` is the visit shown beside it, empty on a phone."""
    services = use_services()
    table = use_desk()
    queue = queue_load.queue_of(table)
    lane: MutableRef[ft.ListView] = ft.use_ref()

    async def begin() -> None:
        if not queue_load.queue_of(table).answered:
            await queue_load.refresh(services)
        elif table.offset and lane.current is not None:
            await lane.current.scroll_to(offset=table.offset, duration=0)

    ft.use_effect(begin, [])

    async def scrolled(event: ft.OnScrollEvent) -> None:
        table.offset = event.pixels
        pulled = event.event_type is ft.ScrollType.OVERSCROLL and (event.overscroll or 0) < PULL
        if pulled and queue.busy is Busy.NO:
            await queue_load.refresh(services)

    lane.current = ft.ListView(
        [*_head(services, table, queue), *_rows(services, queue, selected, on_open)],
        expand=True,
        on_scroll=scrolled,
        scroll_interval=150,
        padding=ft.Padding.only(bottom=S3),
    )
    return ft.Column([*_strip(services, queue), lane.current], spacing=0, expand=True)


def _strip(services: Services, queue: Queue) -> list[ft.Control]:
    """Stays in sight above the list: a refresh under way, or that what is shown is no longer fresh."""
    if queue.busy is Busy.AGAIN:
        return [ft.ProgressBar(bar_height=3, semantics_label=t("office.queue.refreshing"))]
    if not queue.error or not queue.answered:
        return []
    at = words.when(queue.asked_at, utc_now())
    text = t("office.queue.stale", time=at)
    if queue.error not in NO_ANSWER:
        text = t("office.queue.stale_why", text=text, problem=words.problem(queue.error))
    icon = ft.Icons.CLOUD_OFF_OUTLINED if queue.error in NO_ANSWER else ft.Icons.ERROR_OUTLINE
    again = quiet(t("common.retry"), later(queue_load.refresh, services), snug=True)
    return [banner(icon, text, Tone.WAIT, again)]


def _head(services: Services, table: Desk, queue: Queue) -> list[ft.Control]:
    coverage = table.coverage

    async def change(filters: Filters) -> None:
        await queue_load.search(services, filters)

    async def town(name: str) -> None:
        await change(Filters(town=name, unreviewed=queue.filters.unreviewed))

    towns = tuple(sorted(bar.name for bar in coverage.towns)) if coverage else ()
    parts: list[ft.Control] = []
    if coverage is not None:
        parts.append(CoverageCard(coverage, town))
    elif queue.rows and not table.counted:
        parts.append(coverage_place())  # or the rows would jump away under the finger when it comes
    parts.append(FilterBar(queue.filters, towns, queue.authors(), change))
    if queue.rows:
        count = t("office.queue.left" if queue.filters.unreviewed else "office.queue.count", count=queue.many)
        parts.append(ft.Container(detail(count), padding=ft.Padding(PAGE, 0, PAGE, S2)))
    return parts


def _rows(services: Services, queue: Queue, selected: str, on_open: Callable[[str], Any]) -> list[ft.Control]:
    if not queue.rows:
        return [_nothing(services, queue)]
    now = utc_now()
    rows = [
        queue_row(
            row_look(row, now, queue.verdicts.get(row.id, "")),
            _opener(on_open, row.id),
            selected=row.id == selected,
            show_status=not queue.filters.unreviewed,
        )
        for row in queue.rows
    ]
    return [*rows, *_more(services, queue)]


def _opener(on_open: Callable[[str], Any], visit_id: str) -> Callable[..., Any]:
    return lambda: on_open(visit_id)


def _more(services: Services, queue: Queue) -> list[ft.Control]:
    if queue.busy is Busy.MORE:
        return [loading(t("office.queue.loading_more"))]
    if queue.next is None:
        return []
    left = min(50, max(1, queue.total - len(queue.rows)))
    button = secondary(t("common.more_records", count=left), later(queue_load.more, services))
    return [ft.Container(button, padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S3))]


def _nothing(services: Services, queue: Queue) -> ft.Control:
    if queue.error:
        return trouble(queue.error, later(queue_load.refresh, services))
    if queue.busy is not Busy.NO or not queue.answered:
        return loading(t("office.queue.loading"))
    if queue.filters == Filters():
        return empty(ft.Icons.TASK_ALT, t("office.queue.done"), t("office.queue.done_hint"))
    everything = secondary(
        t("office.queue.no_match_clear"), later(queue_load.search, services, Filters()), wide=False
    )
    return empty(
        ft.Icons.SEARCH_OFF, t("office.queue.no_match"), t("office.queue.no_match_hint"), [everything]
    )


def trouble(code: str, again: Callable[..., Any]) -> ft.Control:
    """Nothing came: no network (calm), or a real failure. Either way it can be tried again."""
    retry = secondary(t("common.retry"), again, icon=ft.Icons.REFRESH, wide=False)
    if code in NO_ANSWER:
        return empty(
            ft.Icons.CLOUD_OFF_OUTLINED, t("office.offline.title"), t("office.offline.hint"), [retry]
        )
    return failed(t("office.failed.title"), words.problem(code), [retry])
