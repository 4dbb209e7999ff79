"""Asking the registry for the queue and the coverage; the answers land on the desk. Plain Python, no Flet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app.actions.office_desk import Desk, desk
from app.actions.office_list_visits import Filters, list_visits
from app.actions.office_load_coverage import load_coverage
from app.actions.services import Services
from app.views.office.coverage_state import coverage_of
from app.views.office.queue_state import Busy, Queue
from app.views.office.story_state import utc_now
from domain.errors import NuanFangError
from sync.protocol.messages import VisitPage, VisitRow


def queue_of(table: Desk) -> Queue:
    """The queue on the desk, empty and unasked at first."""
    if table.queue is None:
        table.queue = Queue()
    queue: Queue = table.queue
    return queue


async def ask(services: Services, change: Callable[[Queue], Queue]) -> None:
    """Change the question, ask it, put the answer or the failure on the desk. Never raises WireError."""
    table = desk(services)
    queue = change(queue_of(table))
    if queue is table.queue:
        return
    _put(table, queue)
    try:
        page = await _fetch(services, queue)
    except NuanFangError as error:
        _put(table, queue_of(table).broke(queue.ticket, error.code))
    else:
        _put(table, queue_of(table).arrived(queue.ticket, page, utc_now()))


async def refresh(services: Services) -> None:
    """The rows on screen and the coverage, again."""
    await asyncio.gather(ask(services, Queue.again), ask_coverage(services))


async def more(services: Services) -> None:
    """The next page."""
    await ask(services, Queue.more)


async def search(services: Services, filters: Filters) -> None:
    """Another question."""
    await ask(services, lambda queue: queue.ask(filters))


async def ask_coverage(services: Services) -> None:
    """Coverage is a comfort: when it does not come, the last one stays and the queue's own error speaks."""
    table = desk(services)
    try:
        own = services.me.org_id if services.me else ""
        table.coverage = coverage_of(await load_coverage(services), own)
    except NuanFangError:
        return
    table.counted = True
    table.bell.ring()


def judged(table: Desk, visit_id: str, verdict: str) -> None:
    """A visit was reviewed on this device: its row says so at once."""
    _put(table, queue_of(table).judged(visit_id, verdict))


async def _fetch(services: Services, queue: Queue) -> VisitPage:
    """One page, or for a refresh as many as were on screen."""
    if queue.busy is Busy.MORE:
        return await list_visits(services, queue.filters, after=queue.next)
    rows: list[VisitRow] = []
    page = await list_visits(services, queue.filters)
    rows += page.rows
    while page.next is not None and len(rows) < queue.wanted():
        page = await list_visits(services, queue.filters, after=page.next)
        rows += page.rows
    return VisitPage(rows=rows, next=page.next, total=page.total, over=page.over)


def _put(table: Desk, queue: Queue) -> None:
    table.queue = queue
    table.bell.ring()
