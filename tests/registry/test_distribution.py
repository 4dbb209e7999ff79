"""Spread over many databases by county: every statement of the daily work names its county (F).

On Citus, or any PostgreSQL distributed by county, a statement with ``county = …`` goes to one node; one
without it would ask all of them. The few that may do so are listed here with their reason.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from phone import Phone, picture, sha256

from bench.model import MEASURED, Season, needs
from registry.db.tables import metadata

TABLES = sorted(metadata.tables, key=len, reverse=True)
NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?(" + "|".join(TABLES) + r")\b", re.IGNORECASE)
EVERYWHERE = {
    "enrol_codes": "a new phone knows its code and not yet its county",
    "devices": "a device's token assertion names the device; its county is looked up once",
    "counties": "which counties there are, at start",
    "registry_keys": "the registry's own keys, at start",
}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement this process sends to PostgreSQL, whoever sends it."""
    found: list[str] = []
    for name in ("execute", "executemany", "copy"):
        real = getattr(psycopg.AsyncCursor, name)

        def listen(self: Any, query: Any, *given: Any, _real: Any = real, **named: Any) -> Any:
            found.append(query if isinstance(query, str) else query.as_string(self) if query else "")
            return _real(self, query, *given, **named)

        monkeypatch.setattr(psycopg.AsyncCursor, name, listen)
    return found


async def a_day(cadre: Phone, supervisor: Phone, county: Any) -> None:
    """What phones and an office do all day."""
    home = next(f for f in county.households if f.id == county.assignments[0].household_id)
    data = picture("a day")
    sealed = cadre.seal(cadre.visit(home, county.campaign.id, photos=[data]))
    await cadre.send(sealed)
    await cadre.send(sealed, cadre.seal({"not": "a visit"}))
    await cadre.upload(data)
    await cadre.sync()
    await cadre.client.post("/v1/media/missing", json={"sha256": [sha256(data)]}, headers=cadre.auth)
    ask = supervisor.client
    for path in (
        "visits",
        f"visits/{sealed.id}",
        "quarantine",
        "coverage",
        "edits",
        f"households/{home.id}",
        f"media/{sha256(data)}",
        "surveys",
    ):
        await ask.get(f"/v1/{path}", headers=supervisor.auth)
    await ask.post(f"/v1/visits/{sealed.id}/review", json={"verdict": "pass"}, headers=supervisor.auth)


async def test_every_statement_of_a_day_names_its_county(cadre, supervisor, county, said):
    """Sending, syncing, looking and judging: each statement can be sent to the county's own node."""
    said.clear()
    await a_day(cadre, supervisor, county)
    asked = [one for one in said if NAMED.search(one)]
    assert len(asked) > 20
    assert {table.lower() for one in asked for table in NAMED.findall(one)} >= {"records", "media", "changes"}
    astray = {one for one in asked if "county" not in one and not set(NAMED.findall(one)) <= set(EVERYWHERE)}
    assert astray == set()


async def test_joins_stay_inside_a_county(cadre, supervisor, county, said):
    """Every joined table is tied to the county too: rows that belong together live on one node."""
    said.clear()
    await a_day(cadre, supervisor, county)
    for one in {one for one in said if NAMED.search(one)}:
        joins = len(re.findall(r"\bJOIN\s+(?:" + "|".join(TABLES) + r")\b", one, re.IGNORECASE))
        assert one.lower().count("county") > joins, one


def test_the_statements_for_citus_name_every_table():
    """Whoever follows docs/scale.md leaves no table behind on the coordinator."""
    text = (Path(__file__).parents[2] / "docs/scale.md").read_text("utf-8")
    statements = text[text.index("SELECT create_distributed_table") :]
    named = set(re.findall(r"'(\w+)'", statements)) - {"county"}
    assert named == set(metadata.tables)


def test_the_arithmetic_is_what_the_model_says():
    """The figures of docs/scale.md are those of the load model."""
    text = (Path(__file__).parents[2] / "docs/scale.md").read_text("utf-8")
    rows = [line.split("|")[2].strip() for line in text.splitlines() if line.startswith("| ")][1:9]
    need = needs(Season(), MEASURED)
    assert [float(re.findall(r"[\d.]+", row)[0]) for row in rows] == [
        round(need["visits_per_s"]),
        round(need["files_per_s"]),
        round(need["cores_records"], 1),
        round(need["cores_files"], 1),
        round(need["mbit_per_s"]),
        round(need["database_tb"], 2),
        round(need["photos_tb"], 1),
        round(need["first_sync_gb"], 1),
    ]
