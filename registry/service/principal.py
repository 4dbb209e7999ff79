"""Who is asking: a device, its user, what the user may see and do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import Role
from registry.db.bulk import Ask, fly
from registry.service.errors import RefusedError
from sync.protocol.messages import Me

READERS = frozenset({Role.SUPERVISOR, Role.REVIEWER, Role.FINANCE, Role.STATISTICIAN, Role.ADMIN})
"""See the visits of their organisation's subtree."""
NAMED = frozenset({Role.SUPERVISOR, Role.REVIEWER, Role.FINANCE, Role.ADMIN})
"""See whole names; a statistician counts people without knowing them."""

WHO = """
    SELECT d.public_key, d.enrolled_at, d.revoked_at, d.wipe_asked_at,
           u.id AS user_id, u.name, u.roles, u.active,
           o.id AS org_id, o.name AS org_name, o.path, o.industrial_path,
           ARRAY(SELECT t.id FROM delegations t
                 WHERE t.county = d.county AND u.id = ANY(t.member_ids) ORDER BY t.id) AS delegation_ids
    FROM devices d
    JOIN users u ON u.county = d.county AND u.id = d.user_id
    JOIN orgs o ON o.county = d.county AND o.id = u.org_id
    WHERE d.county = $1 AND d.id = $2
"""
"""Asked on every request, so written out: a revocation works at once."""


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
    closed: str = ""
    """device_revoked or user_disabled: its records carry that as a flag; "" for everybody else."""
    narrow: bool = False
    """Asks with a token of the scope hand_over: may give sealed work and nothing else."""
    revoked_at: datetime | None = None
    enrolled_at: datetime | None = None
    wipe: bool = False

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
            roles=sorted(self.roles, key=lambda role: (role != self.main_role, role)),
        )


async def load_principal(
    connection: AsyncConnection, county: str, device_id: str, *, hand_over: bool = False
) -> Principal:
    """Raises RefusedError("token_invalid") for an unknown device or user, RefusedError("device_revoked").

    ``hand_over``: also one that was revoked or whose user was disabled, without any role: it may give its
    sealed work and nothing else.
    """
    (rows,) = await fly(connection, who_holds(county, device_id))
    return principal_of(rows, county, device_id, hand_over=hand_over)


def who_holds(county: str, device_id: str) -> Ask:
    """The question whose answer ``principal_of`` reads."""
    return Ask(WHO, (county, device_id))


def principal_of(rows: Sequence[Any], county: str, device_id: str, *, hand_over: bool) -> Principal:
    """As ``load_principal``."""
    row = rows[0] if rows else None
    if row is None or not (row.active or hand_over):
        raise RefusedError("token_invalid")
    if row.revoked_at is not None and not hand_over:
        raise RefusedError("device_revoked")
    who = _principal(county, device_id, row)
    return replace(who, roles=frozenset(), narrow=True) if hand_over else who


def closed_by(row: Any) -> str:
    """``Principal.closed`` of a row with revoked_at (the device's) and active (the user's)."""
    return "device_revoked" if row.revoked_at else "" if row.active else "user_disabled"


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
        delegation_ids=tuple(row.delegation_ids),
        closed=closed_by(row),
        revoked_at=row.revoked_at,
        enrolled_at=row.enrolled_at,
        wipe=row.wipe_asked_at is not None,
    )
