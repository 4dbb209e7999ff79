"""A supervisor's page and its total come from one index, however many visits there are (S9)."""

from __future__ import annotations

import msgspec
import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from registry.db.tables import households
from registry.service import visits
from registry.service.principal import Principal
from registry.service.visits import Filter, keys_query, total_query
from registry.service.visits_named import Named, town_is
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


def plan(database, query):
    """How PostgreSQL answers, if it must not read whole tables (these are small)."""
    words = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    with psycopg.connect(database) as connection:
        connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        return "\n".join(row[0] for row in connection.execute(f"EXPLAIN (COSTS OFF) {words}"))


EACH = [
    Filter(),
    Filter(flagged=True),
    Filter(unreviewed=True),
    Filter(state="accepted"),
    Filter(author="王"),
    Filter(town="城关镇"),
    Filter(text="王"),
]
MANY = Named("c", households.c.name.contains("王"), None, ["a"])
"""A text that more households have than are named one by one."""


def named(wanted):
    return MANY if wanted.text else None


@pytest.mark.parametrize("wanted", EACH)
def test_which_visits_stand_on_a_page(database, wanted):
    """In the order of the index, without sorting and without looking at other rows."""
    found = plan(database, keys_query(WHO, wanted, None, named(wanted)).limit(51))
    assert "Index Only Scan Backward using ix_records_queue" in found
    assert "Limit" in found
    assert "Incremental Sort" not in found
    assert "Join" not in found


@pytest.mark.parametrize("wanted", EACH)
def test_how_many_there_are(database, wanted):
    """Counted from the index alone, each name looked up once and not again for every visit."""
    found = plan(database, total_query(WHO, wanted, named(wanted)))
    assert "Index Only Scan using ix_records_queue" in found
    assert "Nested Loop" not in found
    assert "Limit" in found


def test_one_flag_is_looked_for_among_the_flagged(database):
    """Not in every visit there is."""
    assert "(flagged = true)" in plan(database, total_query(WHO, Filter(flag="R12")))
    assert "(flagged = true)" in plan(database, total_query(WHO, Filter(state="conflict")))


def test_names_are_found_without_opening_a_file(database):
    """A part of a name, and a town, from indexes of households."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE households")
    like = select(households.c.id).where(households.c.county == "c", households.c.name.contains("王"))
    assert "Index Only Scan using ix_households_names" in plan(database, like)
    there = select(households.c.id).where(households.c.county == "c", town_is("城关镇"))
    assert "ix_households_town" in plan(database, there)


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
