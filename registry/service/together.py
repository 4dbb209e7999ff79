"""Work that is asked for while the same kind of work is under way is done together by the next turn.

A commit, a lock and three round trips cost as much for one photo as for twenty. Nobody waits for company:
whoever comes alone is served at once, and only what arrives meanwhile shares.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
MOST = 100
"""Most questions of one turn."""


class Together(Generic[Q, A]):
    """``work`` answers many questions at once, one answer each, in their order; if it raises, all of that
    turn hear the same. One turn at a time."""

    def __init__(self, work: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], most: int = MOST) -> None:
        self._work, self._most = work, most
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._turns: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """The answer to this question. Whoever gives up waiting does not hold up the others."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._turns is None:
            self._turns = asyncio.create_task(self._take_turns())
        return await future

    async def _take_turns(self) -> None:
        while self._waiting:
            turn, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                answers = await self._work([question for question, _ in turn])
            except Exception as error:  # each waiter raises it
                for _, future in turn:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), answer in zip(turn, answers, strict=True):
                    if not future.done():
                        future.set_result(answer)
        self._turns = None
