"""The lanes at work: one task per step, and what its end means for the line."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial

from domain.errors import NuanFangError
from sync.errors import LocalError, LoginError, WireError
from sync.link import Link
from sync.plan import UPLOADS, Lane, Step
from sync.ports import ClockPort, StorePort
from sync.steps import Steps

log = logging.getLogger(__name__)

STALE_NS = 5 * 10**9
"""What has been under way for longer when the network returns was begun on connections that are dead now."""
BREAKS = frozenset({"network_broken", "network_unreachable"})
"""A browser does not tell a connection that broke from one that never came about."""
TOGETHER_NS = 5 * 10**9
"""Connections that break within this time, while nothing succeeds, break with their line."""


class Lanes:
    """``ended`` is called whenever a task has ended and its outcome is noted."""

    def __init__(
        self, steps: Steps, link: Link, store: StorePort, clock: ClockPort, ended: Callable[[], None]
    ) -> None:
        self.steps, self._link, self._store, self._clock, self._ended = steps, link, store, clock, ended
        self.tasks: dict[Step, asyncio.Task[None]] = {}
        self._begun: dict[Step, int] = {}
        self._broke_at: int | None = None

    @property
    def busy(self) -> frozenset[Lane]:
        """Lanes with something under way."""
        return frozenset(step.lane for step in self.tasks)

    @property
    def flying(self) -> frozenset[str]:
        """sha256 of the uploads under way."""
        return frozenset(sha256 for step in self.tasks if step.lane in UPLOADS for sha256 in step.ids)

    def start(self, steps: Iterable[Step]) -> None:
        """Begin these steps; each must have room in its lane."""
        now = self._clock.monotonic_ns()
        self._begun = {step: self._begun[step] for step in self.tasks}
        for step in steps:
            self.tasks[step] = asyncio.ensure_future(self._carry_out(step))
            self._begun[step] = now

    def drop_stale(self) -> None:
        """The network is back, perhaps another one: what hangs on the old one is begun again at once, and
        goes on from what the registry has of it."""
        now = self._clock.monotonic_ns()
        self._drop([step for step in self.tasks if now - self._begun[step] > STALE_NS])

    def hold_back(self, sha256s: frozenset[str]) -> None:
        """End these uploads: they may not go over this network."""
        self._drop([step for step in self.tasks if step.lane in UPLOADS and sha256s.intersection(step.ids)])

    async def cancel(self) -> None:
        """End everything that is under way; the store says ``sending``, so it will be sent again."""
        tasks = list(self.tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.tasks.clear()

    def _drop(self, steps: Iterable[Step]) -> None:
        """The store says ``sending``, so they are planned again; nobody is blamed and nothing waits."""
        for step in steps:
            task = self.tasks[step]
            if task.cancelling():
                continue
            if step.lane in UPLOADS:  # the last answer may be lost: ask again how much is there
                self._link.known_missing.difference_update(step.ids)
            task.add_done_callback(partial(self._dropped, step))
            task.cancel()

    def _dropped(self, step: Step, task: asyncio.Task[None]) -> None:
        """A task that was cancelled before its first step never ran its own end."""
        if self.tasks.get(step) is task:
            del self.tasks[step]
        self._ended()

    async def _carry_out(self, step: Step) -> None:
        try:
            await self.steps.carry_out(step)
        except WireError as error:
            self._failed(step, error)
        except NuanFangError as error:  # the store refused: a full disk, say
            self._failed(step, LocalError(error.code, retry=True))
        except Exception:
            log.exception("lane %s failed", step.lane)
            self._failed(step, LocalError("sync_failed"))
        else:
            self._broke_at = None
            if self._link.succeeded(step.lane, self._clock.now()):
                self._forgive()
        finally:
            self.tasks.pop(step, None)
            self._ended()

    def _failed(self, step: Step, error: WireError) -> None:
        log.info("lane %s: %s", step.lane, error)
        self._link.failed(step.lane, error, self._clock.now())
        if isinstance(error, LoginError):
            self.steps.client.drop_token()
        if error.code in BREAKS:
            self._broke(step)

    def _broke(self, step: Step) -> None:
        """One connection may have broken for itself, also when it is tried again. After a second one that was
        under way with it, whatever began before them hangs on a line that is no more, and might wait a minute
        for an answer that was lost with it."""
        now, first = self._clock.monotonic_ns(), self._broke_at
        if first is None or now - first > TOGETHER_NS or self._begun[step] > first:
            self._broke_at = now
            return
        self._drop([one for one in self.tasks if one is not step and self._begun[one] <= first])

    def _forgive(self) -> None:
        """The line is back: what failed because of the line may go at once."""
        link = self._link
        late = [entry.id for entry in self._store.outbox() if link.forgives(entry.last_error)]
        late += [entry.sha256 for entry in self._store.media() if link.forgives(entry.last_error)]
        link.forgiven, link.hurried = set(late), False
