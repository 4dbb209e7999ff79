"""The jobs: what, and how often. Each may run twice or be cut off at any point without harm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from registry.service.campaigns import open_missed
from registry.service.coverage_sums import check_all
from registry.service.log.append import append_all
from registry.service.log.heads import sign_daily
from registry.service.office import Office
from registry.service.purge import purge_rates, purge_token_ids
from registry.service.uploads import sweep
from registry.service.visits_follow import follow_all, follow_moved

Work = Callable[[Office], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Job:
    """``cron``: five fields in UTC, and the second as a sixth. ``work`` returns how many things it did."""

    name: str
    cron: str
    work: Work


async def append_missed(office: Office) -> int:
    """Once a night: what came by another way than the feed."""
    return await append_all(office, whole=True)


JOBS = (
    Job("log.append", "* * * * * */20", append_all),
    Job("log.append_missed", "30 18 * * *", append_missed),
    Job("log.sign_daily", "5 * * * *", sign_daily),
    Job("coverage.check", "40 18 * * *", check_all),
    Job("visits.follow", "* * * * *", follow_moved),
    Job("visits.follow_all", "45 18 * * *", follow_all),
    Job("campaigns.open", "50 18 * * *", open_missed),
    Job("uploads.sweep", "15 * * * *", sweep),
    Job("rates.purge", "25 * * * *", purge_rates),
    Job("tokens.purge", "35 18 * * *", purge_token_ids),
)
