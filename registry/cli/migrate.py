"""``nuanfang registry migrate``: bring the database up to date."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.serve import database
from registry.service.settings import ENV_DATA, ENV_DATABASE


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
@click.option("--database-url", default=None, help=f"PostgreSQL; default ${ENV_DATABASE}, else embedded.")
@click.option("--data", "data_dir", default="var", show_default=True, envvar=ENV_DATA)
def migrate_command(database_url: str | None, data_dir: str) -> None:
    """Bring the database up to date."""
    click.echo(migrate(database_url, data_dir))
