"""The people a demonstration needs, and their one-time codes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from domain.codes import Role
from registry.db.tables import users
from registry.service.codes import create_code
from registry.service.office import Office


@dataclass(frozen=True)
class Person:
    """Enough to enrol somebody."""

    county: str
    user_id: str
    name: str
    role: Role


@dataclass(frozen=True)
class DemoPeople:
    cadre: Person
    delegate: Person
    supervisor: Person
    admin: Person

    def all(self) -> tuple[Person, Person, Person, Person]:
        """In the order a demonstration needs them."""
        return self.cadre, self.delegate, self.supervisor, self.admin


async def demo_codes(office: Office, people: DemoPeople) -> dict[Role, str]:
    """A fresh one-time code for each of them."""
    return {one.role: await create_code(office, one.county, one.user_id) for one in people.all()}


async def find_people(office: Office, name_or_id: str) -> list[Person]:
    """Active users with exactly this name or id, in any county."""
    wanted = select(users.c.county, users.c.id, users.c.name, users.c.roles).where(
        users.c.active, (users.c.id == name_or_id) | (users.c.name == name_or_id)
    )
    async with office.engine.connect() as connection:
        rows = (await connection.execute(wanted.order_by(users.c.county, users.c.id))).all()
    return [Person(row.county, row.id, row.name, Role(row.roles[0])) for row in rows]
