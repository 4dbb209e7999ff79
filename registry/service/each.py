"""One after the other, and the failure of one keeps nobody after it from its turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Literal

import structlog

log = structlog.get_logger("registry")


async def each(
    names: Iterable[str],
    work: Callable[[str], Awaitable[int]],
    what: Literal["county", "campaign", "upload"] = "county",
) -> int:
    """The sum of what ``work`` returns for each, by name. Those that fail are logged; when all had their turn
    the first failure is raised, so that the job is tried again and counted."""
    total, failed = 0, None
    for name in sorted(names):
        try:
            total += await work(name)
        except Exception as error:
            log.error("one of many", **{what: name}, error=type(error).__name__)
            failed = failed or error
    if failed is not None:
        raise failed
    return total
