"""The households and organisations that answers name, as the phones' built-in data sets have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import ARRAY, Text, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.datasets import household_row, org_row
from domain.models import HouseholdFile
from forms import dataset
from forms.xpath.nodes import Node
from registry.db.tables import households, orgs
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV

LONGEST = 64
"""Characters of an id; a longer answer names nothing."""


class NamedRows(NamedTuple):
    """Rows of households.csv and orgs.csv (domain.datasets)."""

    households: list[dict[str, str]]
    orgs: list[dict[str, str]]

    def tables(self) -> dict[str, Node]:
        """As data sets for a session."""
        return {HOUSEHOLDS_CSV: dataset(self.households), ORGS_CSV: dataset(self.orgs)}

    def labels(self, file: str) -> dict[str, str]:
        """Id → name."""
        rows = {HOUSEHOLDS_CSV: self.households, ORGS_CSV: self.orgs}.get(file, [])
        return {row["name"]: row["label"] for row in rows}


NOBODY = NamedRows([], [])


async def named_rows(connection: AsyncConnection, county: str, answers: Iterable[str]) -> NamedRows:
    """Those whose id is among the answers."""
    ids = sorted({text for text in answers if 0 < len(text) <= LONGEST and " " not in text})
    if not ids:
        return NOBODY
    named = any_(literal(ids, ARRAY(Text)))  # one parameter: of single ones PostgreSQL takes 65,535
    of = households.c
    homes = await connection.execute(select(of.doc).where(of.county == county, of.id == named))
    org = orgs.c
    wanted = select(org.id, org.name, org.type, org.code).where(org.county == county, org.id == named)
    return NamedRows(
        [household_row(msgspec.convert(row.doc, HouseholdFile)) for row in homes],
        [org_row(row._asdict()) for row in await connection.execute(wanted)],
    )
