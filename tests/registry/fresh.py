"""A database, settings and an enrolled phone for one test: what tests need beside the fixtures."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
from phone import Phone

from registry.service.settings import Settings

MASTER = b"k" * 32


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=url,
        master_key=MASTER,
        media_url=(folder / "media").as_uri(),
        web_dir=folder / "web",
        pool_size=4,
    )


def database_url(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


@contextmanager
def fresh_database(server: str, template: str = "template1") -> Iterator[str]:
    """URL of a database that is gone afterwards: without our tables, or a copy of ``template``."""
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield database_url(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def enrolled(client: httpx.AsyncClient, code: str) -> Phone:
    phone = Phone(client)
    await phone.enrol(code)
    await phone.login()
    return phone
