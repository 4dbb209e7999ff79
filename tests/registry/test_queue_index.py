"""A supervisor's page and its total come from one index, however many visits there are (S9)."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.dialects import postgresql

from registry.service.principal import Principal
from registry.service.visits import Filter, keys_query, total_query

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


@pytest.mark.parametrize("wanted", [Filter(), Filter(flagged=True), Filter(unreviewed=True)])
def test_which_visits_stand_on_a_page(database, wanted):
    """In the order of the index, without sorting and without looking at other rows."""
    found = plan(database, keys_query(WHO, wanted).limit(51))
    assert "Index Only Scan Backward using ix_records_queue" in found
    assert "Limit" in found
    assert "Incremental Sort" not in found


@pytest.mark.parametrize("wanted", [Filter(), Filter(flagged=True), Filter(unreviewed=True)])
def test_how_many_there_are(database, wanted):
    """Counted from the index alone."""
    found = plan(database, total_query(WHO, wanted))
    assert "Index Only Scan using ix_records_queue" in found
