"""A handler out of an asynchronous act: Flet waits for ``async def``, not for what a lambda makes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any


def later(act: Callable[..., Awaitable[Any]], *args: Any) -> Callable[[], Awaitable[None]]:
    """``on_click=later(queue_load.more, services)``."""

    async def handler() -> None:
        await act(*args)

    return handler
