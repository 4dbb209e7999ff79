"""``nuanfang registry enrol-code --user NAME_OR_ID``: a one-time code that lets one phone in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli.load_sample import in_office
from registry.cli.serve import where

if TYPE_CHECKING:
    from registry.service.office import Office


def enrol_code(
    user: str, hours: float = 24, database_url: str | None = None, data_dir: Path | str = "var"
) -> str:
    """A fresh code for the one user with this name or id; InputError unknown_user or name_not_unique."""
    from domain.errors import InputError
    from registry.service.codes import create_code
    from registry.service.people import find_people

    async def work(office: Office) -> str:
        found = await find_people(office, user)
        if not found:
            raise InputError("unknown_user", user=user)
        if len(found) > 1:
            raise InputError("name_not_unique", user=user, count=len(found))
        return await create_code(office, found[0].county, found[0].user_id, timedelta(hours=hours))

    return in_office(work, database_url, data_dir)


@click.command("enrol-code")
@click.option("--user", required=True, help="Name or id.")
@click.option("--hours", default=24.0, show_default=True, help="How long it is good, at most 168.")
@where
def enrol_code_command(user: str, hours: float, database_url: str | None, data_dir: str) -> None:
    """Make a one-time enrolment code."""
    from domain.errors import InputError

    try:
        click.echo(enrol_code(user, hours, database_url, data_dir))
    except InputError as error:
        raise click.ClickException(str(error)) from error
