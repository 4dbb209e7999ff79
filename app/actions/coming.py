"""Files on their way into a draft: a photo being shrunk and stamped, a signature being drawn.

They go on when the page that asked for them was left. 完成 waits for them: what was taken before it belongs
to the record (R12), and nothing can be added to a sealed record later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Coming:
    """Counts them by the id of their draft; ``tell`` is called at each change, so that screens can say it."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._on_way: dict[str, list[asyncio.Future[bool]]] = {}

    def expect(self, draft_id: str, count: int = 1) -> list[asyncio.Future[bool]]:
        """So many more are on their way, each until ``settle``."""
        made = [asyncio.get_running_loop().create_future() for _ in range(count)]
        self._on_way.setdefault(draft_id, []).extend(made)
        self._tell()
        return made

    def settle(self, draft_id: str, one: asyncio.Future[bool], *, kept: bool) -> None:
        """It is in the draft (``kept``), or will never be. Settling twice changes nothing."""
        if one.done():
            return
        one.set_result(kept)
        self._on_way[draft_id].remove(one)
        if not self._on_way[draft_id]:
            del self._on_way[draft_id]
        self._tell()

    @contextmanager
    def one(self, draft_id: str) -> Iterator[None]:
        """On its way while inside; an exception means that it was not kept."""
        (way,) = self.expect(draft_id)
        try:
            yield
        except BaseException:
            self.settle(draft_id, way, kept=False)
            raise
        self.settle(draft_id, way, kept=True)

    def count(self, draft_id: str) -> int:
        """How many are on their way now."""
        return len(self._on_way.get(draft_id, ()))

    async def arrived(self, draft_id: str) -> bool:
        """Wait until none is; False when one of them was not kept."""
        kept = True
        while waiting := self._on_way.get(draft_id):
            done, _ = await asyncio.wait(tuple(waiting))
            kept = kept and all(one.result() for one in done)
        return kept
