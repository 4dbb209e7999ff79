"""One embedded PostgreSQL per session; every test gets its own copy of a database with the sample county."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
import pytest_asyncio
from fresh import database_url, enrolled, fresh_database, settings_for
from in_process import running
from phone import Phone

from registry.db.embedded import start_embedded
from registry.db.migrate import upgrade
from registry.service.load_sample import demo_people, load_sample
from registry.service.office import Office, open_office
from registry.service.people import DemoPeople, demo_codes
from registry.service.sample_county import SampleCounty, make_county
from registry.service.settings import Settings


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a server that lives as long as the session.

    Not under pytest's own folder, which every pytest run closes to other users: PostgreSQL is not root.
    """
    folder = Path(tempfile.mkdtemp(prefix="nuanfang-pg-"))
    server = start_embedded(folder / "data", throw_away=True)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # only here: nothing of it must last
        connection.execute("SELECT pg_reload_conf()")
    yield server.url
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a migrated database that holds the sample county."""
    name = "template_sample"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        connection.execute(f"ALTER DATABASE {name} SET nuanfang.pieces = 2")  # fewer files to copy per test
    url = database_url(postgres, name)
    upgrade(url)

    async def fill() -> None:
        office = await open_office(settings_for(url, tmp_path_factory.mktemp("fill")))
        await load_sample(office)
        await office.close()

    asyncio.run(fill())
    return name


@pytest.fixture
def database(postgres: str, template: str) -> Iterator[str]:
    """A fresh copy for one test."""
    with fresh_database(postgres, template) as url:
        yield url


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return settings_for(database, tmp_path)


@pytest.fixture(scope="session")
def county() -> SampleCounty:
    return make_county()


@pytest.fixture(scope="session")
def people(county: SampleCounty) -> DemoPeople:
    return demo_people(county)


@pytest_asyncio.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The whole registry in this process; ``client.office`` is what it opened."""
    async with running(settings, raise_app_exceptions=True) as (found, office):
        found.office = office  # type: ignore[attr-defined]
        yield found


@pytest.fixture
def office(client: httpx.AsyncClient) -> Office:
    return client.office  # type: ignore[attr-defined, no-any-return]


@pytest_asyncio.fixture
async def codes(office: Office, people: DemoPeople) -> dict[str, str]:
    return {role.value: code for role, code in (await demo_codes(office, people)).items()}


@pytest_asyncio.fixture
async def cadre(client: httpx.AsyncClient, codes: dict[str, str]) -> Phone:
    """The demo cadre's phone, enrolled and with a token."""
    return await enrolled(client, codes["cadre"])


@pytest_asyncio.fixture
async def delegate(client: httpx.AsyncClient, codes: dict[str, str]) -> Phone:
    return await enrolled(client, codes["delegate"])


@pytest_asyncio.fixture
async def supervisor(client: httpx.AsyncClient, codes: dict[str, str]) -> Phone:
    return await enrolled(client, codes["supervisor"])
