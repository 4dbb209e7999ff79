"""Jobs go through all counties: what one of them cannot do keeps no other from its turn (S9, S25)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert, select, update

from registry.db.tables import campaigns, counties, log_trees
from registry.service import campaigns as opening
from registry.service import coverage_sums, visits_follow
from registry.service.log import append, heads
from registry.service.times import now

FIRST = " first"
"""Comes before all others."""


@pytest.fixture
async def broken(office, monkeypatch):
    """A county whose work always fails; the rest of the work is the real one, and noted."""
    async with office.engine.begin() as connection:
        await connection.execute(insert(counties).values(county=FIRST, name="坏", created_at=now()))
        await connection.execute(update(counties).values(moved_at=now()))
        await connection.execute(insert(log_trees).values(county=FIRST))
    done = []

    def breaks(module, name):
        real = getattr(module, name)

        async def work(first, second, *rest, **more):
            if FIRST in (first, second):
                raise ValueError("王秀英")
            done.append(second)
            return await real(first, second, *rest, **more)

        monkeypatch.setattr(module, name, work)

    for module, name in (
        (append, "append_new"),
        (heads, "append_new"),
        (coverage_sums, "_check"),
        (visits_follow, "follow"),
    ):
        breaks(module, name)
    return done


@pytest.mark.parametrize(
    "job",
    [
        append.append_all,
        heads.sign_daily,
        coverage_sums.check_all,
        visits_follow.follow_moved,
        visits_follow.follow_all,
    ],
)
async def test_one_countys_failure_stops_no_other(cadre, office, broken, job, capfd):
    """The county after it has its turn; the job fails all the same, and the log says where, without names."""
    await append.append_new(office, cadre.me.county)  # so that the ledger's jobs know it
    broken.clear()
    with pytest.raises(ValueError, match="王秀英"):
        await job(office)
    assert broken == [cadre.me.county]
    said = [json.loads(line) for line in capfd.readouterr().err.splitlines() if FIRST in line]
    assert [(one["county"], one["error"]) for one in said] == [(FIRST, "ValueError")]
    assert "王秀英" not in str(said)


async def test_a_mark_is_taken_away_where_all_is_right(cadre, office, broken):
    """The county that works is done with; the broken one keeps its mark and is tried again."""
    with pytest.raises(ValueError, match="王秀英"):
        await visits_follow.follow_moved(office)
    async with office.engine.connect() as connection:
        wanted = select(counties.c.county).where(counties.c.moved_at.is_not(None))
        assert (await connection.execute(wanted)).scalars().all() == [FIRST]


async def test_one_campaigns_failure_stops_no_other(office, county, monkeypatch):
    """The same for the parts of campaigns."""
    tried = []
    async with office.engine.connect() as connection:
        known = sorted((await connection.execute(select(campaigns.c.id).distinct())).scalars())

    async def opens(_, campaign):
        tried.append(campaign)
        if campaign == FIRST:
            raise OSError
        return True

    monkeypatch.setattr(opening, "open_parts", opens)
    async with office.engine.begin() as connection:
        one = (await connection.execute(select(campaigns).limit(1))).one()._mapping
        await connection.execute(insert(campaigns).values(dict(one) | {"id": FIRST}))
    with pytest.raises(OSError):  # noqa: PT011
        await opening.open_missed(office)
    assert tried == [FIRST, *known]
