"""Put the sample county 青山县 and the product's questionnaires into the registry, once."""

from __future__ import annotations

from domain.codes import Role
from registry.service.audit import note
from registry.service.forms.assets import publish_assets
from registry.service.office import Office
from registry.service.people import DemoPeople, Person
from registry.service.roster import (
    assign,
    put_allocations,
    put_campaign,
    put_county,
    put_delegation,
    put_households,
    put_orgs,
    put_users,
)
from registry.service.sample_county import SampleCounty, make_county


async def load_sample(office: Office) -> DemoPeople:
    """Idempotent: a second call writes nothing. Returns the people of the demonstration."""
    sample = make_county()
    county = sample.county_id
    async with office.engine.begin() as connection:
        root = next(org for org in sample.orgs if org.id == county)
        if await put_county(connection, county, root.name):
            paths = await put_orgs(connection, county, sample.orgs)
            await put_users(connection, county, sample.users)
            await put_campaign(connection, county, sample.campaign)
            await put_allocations(connection, county, sample.allocations)
            await put_delegation(connection, county, sample.delegation, paths[county][0])
            await put_households(connection, county, office.keys, paths, sample.households)
            await assign(connection, county, sample.assignments)
            await note(connection, county, "county.load_sample", entity=("county", county))
        await publish_assets(connection, county)
    return demo_people(sample)


def demo_people(sample: SampleCounty) -> DemoPeople:
    """The cadre, the delegation member, the supervisor and the administrator of the sample."""
    names = {user.id: user.name for user in sample.users}

    def person(user_id: str, role: Role) -> Person:
        return Person(sample.county_id, user_id, names[user_id], role)

    return DemoPeople(
        cadre=person(sample.demo_cadre_id, Role.CADRE),
        delegate=person(sample.demo_delegate_id, Role.DELEGATE),
        supervisor=person(sample.demo_supervisor_id, Role.SUPERVISOR),
        admin=person(next(user.id for user in sample.users if Role.ADMIN in user.roles), Role.ADMIN),
    )
