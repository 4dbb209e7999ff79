"""Phones, a line that can be spoiled, and the registry on PostgreSQL: everything in this one process."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import psycopg
import pytest
import pytest_asyncio
from loop_phone import BadLine, LoopPhone, PutBack
from sqlalchemy import make_url

from registry.service.office import Office
from registry.service.sample_county import SampleCounty

REGISTRY_TESTS = Path(__file__).parents[1] / "registry"


def _registry_fixtures() -> dict[str, object]:
    """The registry's own fixtures, without its tests."""
    sys.path.insert(0, str(REGISTRY_TESTS))
    spec = importlib.util.spec_from_file_location("registry_fixtures", REGISTRY_TESTS / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


_found = _registry_fixtures()
postgres, template, database, settings = (
    _found[name] for name in ("postgres", "template", "database", "settings")
)
county, people, client, office, codes = (
    _found[name] for name in ("county", "people", "client", "office", "codes")
)

Enrol = Callable[..., Awaitable[LoopPhone]]


@pytest_asyncio.fixture
async def phones(tmp_path: Path, client: httpx.AsyncClient, codes: dict[str, str]) -> AsyncIterator[Enrol]:
    """``await phones("cadre")``: that person's phone, enrolled; ``enrol=False``: not yet."""
    made: list[LoopPhone] = []

    async def make(role: str, *, enrol: bool = True) -> LoopPhone:
        line = BadLine(client._transport.app)  # type: ignore[attr-defined]
        phone = LoopPhone(tmp_path / f"{role}-{len(made)}", line, codes[role])
        made.append(phone)
        if enrol:
            await phone.enrol()
            await phone.sync()
        return phone

    yield make
    for phone in made:
        await phone.close()


@pytest_asyncio.fixture
async def cadre(phones: Enrol) -> LoopPhone:
    """The demo cadre's phone after its first sync."""
    return await phones("cadre")


@pytest_asyncio.fixture
async def supervisor(phones: Enrol) -> LoopPhone:
    """The supervisor's device; asks by ``supervisor.office``."""
    return await phones("supervisor")


@pytest.fixture
def campaign(county: SampleCounty) -> str:
    """Id of the campaign in force."""
    return county.campaign.id


@pytest_asyncio.fixture
async def backup(
    office: Office, postgres: str, database: str
) -> AsyncIterator[Callable[[], Awaitable[PutBack]]]:
    """``put_back = await backup()``: copies the database now; ``await put_back()`` restores that copy."""
    live = str(make_url(database).database)

    async def copy(source: str, target: str) -> None:
        await office.engine.dispose()

        def work() -> None:
            with psycopg.connect(postgres, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE {target} TEMPLATE {source}")

        await asyncio.to_thread(work)

    async def make() -> PutBack:
        await copy(live, f"{live}_old")
        return lambda: copy(f"{live}_old", live)

    yield make
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {live}_old WITH (FORCE)")
