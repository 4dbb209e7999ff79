"""``nuanfang registry migrate``: bring the database up to date."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.serve import database, where


def migrate(database_url: str | None = None, data_dir: Path | str = "var") -> str:
    """Run all migrations and make the registry's key; returns the revision reached."""
    import asyncio

    from registry.db.migrate import newest, upgrade
    from registry.service.office import open_office
    from registry.service.settings import from_environment

    with database(database_url, Path(data_dir)) as url:
        upgrade(url)

        async def make_key() -> None:
            await (await open_office(from_environment(url, Path(data_dir)))).close()

        asyncio.run(make_key())
    return newest()


@click.command("migrate")
@where
def migrate_command(database_url: str | None, data_dir: str) -> None:
    """Bring the database up to date."""
    click.echo(migrate(database_url, data_dir))
