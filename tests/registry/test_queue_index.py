"""A supervisor's page and its total come from one index, however many visits there are (S9)."""

from __future__ import annotations

import msgspec
import psycopg
import pytest
from sqlalchemy.dialects import postgresql

from registry.service import visits
from registry.service.principal import Principal
from registry.service.times import now
from registry.service.visits import Filter, Place, conditions, page_query
from sync.protocol.messages import VisitPage
from sync.protocol.records import b64, unb64

WHO = Principal(
    device_id="d",
    public_key=b"",
    user_id="u",
    name="n",
    roles=frozenset({"supervisor"}),
    main_role="supervisor",
    county="c",
    org_id="o",
    org_name="n",
    path="/o/",
    industrial_path="/o/i/",
    delegation_ids=(),
)


async def plan(office, database, wanted, place=None):
    """How PostgreSQL answers, if it must not read whole tables (these are small)."""
    async with office.reader.connect() as connection:
        query = page_query(await conditions(connection, WHO, wanted), 50, place)
    words = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    with psycopg.connect(database) as connection:
        connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        return "\n".join(row[0] for row in connection.execute(f"EXPLAIN (COSTS OFF) {words}"))


EACH = [
    Filter(),
    Filter(flagged=True),
    Filter(unreviewed=True),
    Filter(state="accepted"),
    Filter(town="城关镇"),
    Filter(town="城关镇总工会"),
    Filter(text="王"),
    Filter(town="城关镇总工会", text="王", unreviewed=True, flagged=True),
]


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("wanted", EACH)
async def test_a_page_is_found_in_one_index(office, database, wanted, later):
    """Any filter and combination: in the order of the index, without sorting more than a page, without
    looking at other rows; and the total with it."""
    place = Place(False, now(), "z", 3) if later else None
    found = await plan(office, database, wanted, place)
    found = found[found.index("CTE found") :]
    keys = found[: found.index("->  Nested Loop")]
    assert "Index Only Scan Backward using ix_records_queue" in keys
    assert not [word for word in ("Sort", "Join", "Seq Scan", "SubPlan", "households") if word in keys]
    assert found.count("CTE Scan on found") == (1 if later else 2)


async def test_one_flag_is_looked_for_among_the_flagged(office, database):
    """Not in every visit there is."""
    for wanted in (Filter(flag="R12"), Filter(state="conflict")):
        assert "(flagged = true)" in await plan(office, database, wanted)


async def test_nobody_of_that_name_is_no_search(office, supervisor, monkeypatch):
    """An author whom the county does not have: no visit is looked at."""
    monkeypatch.delattr(visits, "page_query")
    answer = await supervisor.client.get("/v1/visits", params={"author": "没有"}, headers=supervisor.auth)
    page = msgspec.json.decode(answer.content, type=VisitPage)
    assert (page.rows, page.next, page.total) == ([], None, 0)


async def test_the_number_is_counted_once(cadre, supervisor, county, people, monkeypatch):
    """S9: it travels in the cursor of the next page; of a very long queue it says that there are more."""
    monkeypatch.setattr(visits, "COUNTED", 3)
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    homes = [file for file in county.households if file.id in mine]

    async def page(**params):
        answer = await supervisor.client.get("/v1/visits", params=params, headers=supervisor.auth)
        return msgspec.json.decode(answer.content, type=VisitPage)

    async def visit(*some):
        await cadre.send(*[cadre.seal(cadre.visit(one, county.campaign.id, amount=None)) for one in some])

    await visit(*homes[:3])
    first = await page(limit=2)
    assert (first.total, first.over) == (3, False)
    await visit(*homes[3:5])
    second = await page(limit=2, after=first.next)
    assert (len(second.rows), second.total, second.over) == (1, 3, False)
    first = await page(limit=2)
    assert (first.total, first.over) == (3, True)
    second = await page(limit=2, after=first.next)
    assert (second.total, second.over) == (3, True)
    old = b64(msgspec.json.encode(msgspec.json.decode(unb64(first.next))[:3]))
    assert await page(limit=2, after=old) == second, "a cursor from before this was counted"
