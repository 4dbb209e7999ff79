"""Coverage stays true while it only moves by what is new (S25)."""

from __future__ import annotations

import msgspec
import pytest

from domain.codes import FileStatus
from registry.service.coverage import coverage_of
from registry.service.principal import load_principal
from registry.service.roster import org_paths, put_households


@pytest.fixture
def homes(county, people):
    """The demo cadre's active households."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


async def told(phone):
    """Organisation → (active, reached), as the feed tells it now."""
    found, _ = await phone.sync()
    docs = [doc for (kind, _), doc in found.items() if kind == "coverage"]
    return {doc["org_id"]: (doc["active"], doc["reached"]) for doc in docs}


async def counted(office, phone):
    """The same, counted from the households themselves."""
    async with office.reader.connect() as connection:
        who = await load_principal(connection, phone.me.county, phone.device_id)
    rows = (await coverage_of(office, who, None)).rows
    return {row.org_id: (row.active, row.reached) for row in rows}


async def test_visits_move_the_figures_as_counting_would(cadre, supervisor, county, homes, office):
    """After batches with doubles, absences and several towns the feed says what a count says."""
    for some in (homes[:1], homes[:4], homes[2:9]):
        await cadre.send(*[cadre.seal(cadre.visit(home, county.campaign.id)) for home in some])
        expected = await counted(office, supervisor)
        assert {
            org: figures for org, figures in (await told(supervisor)).items() if org in expected
        } == expected


async def test_a_file_that_closes_is_taken_out_of_the_figures(cadre, supervisor, county, homes, office):
    """A household that was reached and is then lifted counts neither as active nor as reached; one that is
    closed when it is visited never does."""
    await cadre.send(*[cadre.seal(cadre.visit(home, county.campaign.id)) for home in homes[:3]])
    before = (await told(supervisor))[county.county_id]
    closed = [msgspec.structs.replace(home, status=FileStatus.LIFTED) for home in (homes[0], homes[5])]
    async with office.engine.begin() as connection:
        await put_households(connection, county.county_id, office.keys, org_paths(county.orgs), closed)
    assert (await told(supervisor))[county.county_id] == (before[0] - 2, before[1] - 1)
    await cadre.send(cadre.seal(cadre.visit(homes[5], county.campaign.id)))
    assert (await told(supervisor))[county.county_id] == (before[0] - 2, before[1] - 1)
    expected = await counted(office, supervisor)
    assert {org: figures for org, figures in (await told(supervisor)).items() if org in expected} == expected
