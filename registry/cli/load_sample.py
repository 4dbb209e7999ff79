"""``nuanfang registry load-sample``: the sample county 青山县."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from registry.cli.serve import database, where

if TYPE_CHECKING:
    from registry.service.office import Office

T = TypeVar("T")


def in_office(
    work: Callable[[Office], Awaitable[T]], database_url: str | None = None, data_dir: Path | str = "var"
) -> T:
    """Open the office, do one thing, close it."""
    from registry.service.office import open_office
    from registry.service.settings import from_environment

    async def run(url: str) -> T:
        office = await open_office(from_environment(url, Path(data_dir)))
        try:
            return await work(office)
        finally:
            await office.close()

    with database(database_url, Path(data_dir)) as url:
        return asyncio.run(run(url))


@click.command("load-sample")
@where
def load_sample_command(database_url: str | None, data_dir: str) -> None:
    """Load the sample county; a second time changes nothing."""
    from registry.service.load_sample import load_sample

    for person in in_office(load_sample, database_url, data_dir).all():
        click.echo(f"{person.role.value}\t{person.name}\t{person.user_id}")
