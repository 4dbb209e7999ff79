"""A phone's clock may be wrong by a year, its battery may die: the visit is dated all the same (S25)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from loop_phone import LoopPhone
from sqlalchemy import select

from domain.ids import new_id
from registry.db.tables import aid_lines, last_visits, records
from registry.service import enrol, keys

pytestmark = pytest.mark.postgres
DAY = timedelta(days=1)
NEAR = timedelta(minutes=2)
LOCAL = ZoneInfo("Asia/Shanghai")
PHOTO = b"\xff\xd8\xff\xe0" + bytes(3000)


@contextmanager
def registry_days_ago(monkeypatch: pytest.MonkeyPatch, days: int) -> Iterator[None]:
    """What it signs in here, it signed that long ago."""
    now = keys.now
    with monkeypatch.context() as patched:
        for module in (keys, enrol):
            patched.setattr(module, "now", lambda: now() - days * DAY)
        yield


def restart(phone: LoopPhone) -> None:
    """The battery was empty: app and monotonic clock start anew."""
    phone.kill()
    phone.clock.boot = new_id()


async def monday(
    phones: Any,
    campaign: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    off: timedelta,
    always: bool,
    restarts: str,
) -> tuple[LoopPhone, str, datetime]:
    """Met the registry five days ago, visited four days ago, sends now: the phone, its record, and when it
    was. ``off``: how wrong its clock is, ``always`` or since it met the registry; ``restarts``: around the
    visit."""
    phone = await phones("cadre", enrol=False)
    phone.clock.wall_shift = -5 * DAY + (off if always else timedelta())
    with registry_days_ago(monkeypatch, 5):
        await phone.enrol()
        await phone.sync()
    phone.clock.wall_shift = -5 * DAY + off
    phone.clock.pass_time(DAY.total_seconds())
    if restarts in ("before", "both"):
        restart(phone)
    rid = await phone.visit(phone.homes()[0], campaign, [PHOTO])
    happened = datetime.now(UTC) - 4 * DAY
    phone.clock.pass_time((4 * DAY).total_seconds())
    if restarts in ("after", "both"):
        restart(phone)
    return phone, rid, happened


async def dated(office: Any, rid: str) -> tuple[Any, Any, Any]:
    """The record's row, the day of its aid, and its household's last visit."""
    async with office.engine.connect() as connection:
        row = (await connection.execute(select(records).where(records.c.id == rid))).one()
        day = await connection.scalar(select(aid_lines.c.given_on).where(aid_lines.c.record_id == rid))
        of = last_visits.c.household_id == row.household_id
        return row, day, await connection.scalar(select(last_visits.c.at).where(of))


@pytest.mark.parametrize("days", [365, -365])
@pytest.mark.parametrize(
    ("always", "restarts"), [(False, "never"), (False, "before"), (False, "after"), (True, "both")]
)
async def test_a_clock_wrong_by_a_year_neither_loses_nor_misdates_a_visit(
    phones, campaign, office, monkeypatch, days, always, restarts
) -> None:
    """S25: done four days ago, handed in today: aid, list and household say four days ago, and the office
    sees that the clock was off."""
    phone, rid, happened = await monday(
        phones, campaign, monkeypatch, off=timedelta(days=days), always=always, restarts=restarts
    )
    await phone.sync()
    assert phone.state(rid) == "complete"
    row, day, last = await dated(office, rid)
    assert row.earliest <= happened + NEAR
    assert row.latest >= happened - NEAR
    if restarts in ("never", "after"):
        assert abs(row.earliest - happened) < NEAR, "counted from the signed time"
    if restarts in ("never", "before"):
        assert abs(row.latest - happened) < NEAR, "counted up to the sending"
    assert abs(row.started_at - happened) < NEAR
    assert abs(last - happened) < NEAR
    assert day in {(happened + step).astimezone(LOCAL).date() for step in (-NEAR, NEAR)}
    assert "clock" in row.flags
    assert "signed_time" not in row.flags


async def test_a_lost_answer_and_a_second_sending_date_a_visit_the_same(
    phones, campaign, office, monkeypatch
) -> None:
    """S25: the second sending is a duplicate; it says another moment, and what was dated first stays."""
    phone, rid, happened = await monday(
        phones, campaign, monkeypatch, off=365 * DAY, always=False, restarts="never"
    )
    phone.line.lose_answers("POST", "/v1/records")
    await phone.sync()
    before, *_ = await dated(office, rid)
    assert phone.state(rid) != "complete"
    await phone.sync_later()
    assert phone.state(rid) == "complete"
    row, *_ = await dated(office, rid)
    assert (row.earliest, row.latest) == (before.earliest, before.latest)
    assert abs(row.latest - happened) < NEAR
