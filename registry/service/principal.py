"""Who is asking: a device, its user, what the user may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import Role
from registry.db.tables import delegations, devices, orgs, users
from registry.service.errors import RefusedError
from sync.protocol.messages import Me

READERS = frozenset({Role.SUPERVISOR, Role.REVIEWER, Role.FINANCE, Role.STATISTICIAN, Role.ADMIN})
"""See the visits of their organisation's subtree."""
REVIEWERS = frozenset({Role.SUPERVISOR, Role.REVIEWER, Role.ADMIN})
"""May give a verdict, see unmasked fields with a reason, and read the quarantine."""


@dataclass(frozen=True)
class Principal:
    device_id: str
    public_key: bytes
    user_id: str
    name: str
    roles: frozenset[str]
    main_role: str
    county: str
    org_id: str
    org_name: str
    path: str
    industrial_path: str | None
    delegation_ids: tuple[str, ...]

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of the user's roles is among these."""
        return bool(self.roles & roles)

    def require(self, roles: frozenset[Role]) -> None:
        """Raises RefusedError("forbidden")."""
        if not self.may(roles):
            raise RefusedError("forbidden")

    def prefixes(self) -> list[str]:
        """Roots of the subtrees this user's organisation stands for, in either tree (S30)."""
        return [self.path, *([self.industrial_path] if self.industrial_path else [])]

    def sees(self, *paths: ColumnElement[str] | ColumnElement[str | None]) -> ColumnElement[bool]:
        """SQL: one of these path columns lies in a subtree of the user's."""
        return or_(*[path.startswith(prefix) for prefix in self.prefixes() for path in paths])

    def sees_path(self, path: str | None) -> bool:
        """The same for one value."""
        return path is not None and any(path.startswith(prefix) for prefix in self.prefixes())

    def me(self) -> Me:
        """As the phone shows it."""
        return Me(
            user_id=self.user_id,
            name=self.name,
            role=self.main_role,
            org_id=self.org_id,
            org_name=self.org_name,
            county=self.county,
            delegation_id=self.delegation_ids[0] if self.delegation_ids else None,
        )


async def load_principal(connection: AsyncConnection, county: str, device_id: str) -> Principal:
    """Raises RefusedError("token_invalid") for an unknown device or user, RefusedError("device_revoked")."""
    joined = devices.join(
        users, and_(users.c.county == devices.c.county, users.c.id == devices.c.user_id)
    ).join(orgs, and_(orgs.c.county == devices.c.county, orgs.c.id == users.c.org_id))
    travels = (
        select(func.array_agg(delegations.c.id))
        .where(delegations.c.county == devices.c.county, users.c.id == any_(delegations.c.member_ids))
        .correlate(devices, users)
        .scalar_subquery()
    )
    wanted = select(
        devices.c.public_key,
        devices.c.revoked_at,
        users.c.id.label("user_id"),
        users.c.name,
        users.c.roles,
        users.c.active,
        orgs.c.id.label("org_id"),
        orgs.c.name.label("org_name"),
        orgs.c.path,
        orgs.c.industrial_path,
        travels.label("delegation_ids"),
    ).select_from(joined)
    where = devices.c.county == county, devices.c.id == device_id
    row = (await connection.execute(wanted.where(*where))).one_or_none()
    if row is None or not row.active:
        raise RefusedError("token_invalid")
    if row.revoked_at is not None:
        raise RefusedError("device_revoked")
    return _principal(county, device_id, row)


def _principal(county: str, device_id: str, row: Any) -> Principal:
    return Principal(
        device_id=device_id,
        public_key=row.public_key,
        user_id=row.user_id,
        name=row.name,
        roles=frozenset(row.roles),
        main_role=row.roles[0] if row.roles else "",
        county=county,
        org_id=row.org_id,
        org_name=row.org_name,
        path=row.path,
        industrial_path=row.industrial_path,
        delegation_ids=tuple(sorted(row.delegation_ids or ())),
    )
