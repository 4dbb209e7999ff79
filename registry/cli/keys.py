"""``nuanfang registry keys``: the keys that the registry signs with, a new one, and those a restore lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from registry.cli.load_sample import in_office
from registry.cli.serve import where

if TYPE_CHECKING:
    from registry.service.office import Office

T = TypeVar("T")
WORDS = {
    "key_change_under_way": "a key that was made before begins to sign at {since}; wait for it",
    "key_change_too_soon": "every process must know the key before it signs: {minutes} minutes at least",
    "file_exists": "{file} exists; name a new file",
    "another_key": "the registry has another {id}: somebody has just changed it, or the file is not its own",
    "not_a_key_file": "{file} does not hold a registry's keys",
    "other_master_key": "these keys are sealed by another master key",
    "keys_lost": "the database has lost the key {key}; bring it back with: nuanfang registry keys restore",
    "bad_key_step": "{key} was not named by the key before it",
}


def _run(work: Callable[[Office], Awaitable[T]], database_url: str | None, data_dir: str) -> T:
    from domain.errors import InputError

    try:
        return in_office(work, database_url, data_dir)
    except InputError as error:
        raise click.ClickException(WORDS[error.code].format(**error.details)) from error


@click.group("keys")
def keys_command() -> None:
    """The registry's signing keys: list, change, restore."""


@keys_command.command("list")
@where
def list_command(database_url: str | None, data_dir: str) -> None:
    """Each key and since when it signs, oldest first. Publish the last one."""

    async def work(office: Office) -> list[tuple[str, str]]:
        ring = office.keys.ring
        return [("the first", ring.first), *((step.since, step.key) for step in ring.steps)]

    for since, key in _run(work, database_url, data_dir):
        click.echo(f"{key}\t{since}")


@keys_command.command("change")
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="New file for all keys, sealed; keep it with the backups.",
)
@click.option(
    "--in-minutes", type=click.IntRange(3), default=120, show_default=True, help="When it begins to sign."
)
@click.option("--reason", required=True, help="Goes into the audit trail.")
@where
def change_command(keep: Path, in_minutes: int, reason: str, database_url: str | None, data_dir: str) -> None:
    """Make a new key, named by the present one. Phones learn it with their next token; one that was away for
    months learns it when it comes back. Nothing has to be enrolled or restarted."""
    from registry.service.key_change import change_key

    async def work(office: Office) -> str:
        return await change_key(office, timedelta(minutes=in_minutes), keep, reason)

    click.echo(_run(work, database_url, data_dir))


@keys_command.command("restore")
@click.argument("kept", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--instead", is_flag=True, help="Also where the registry has other keys: they are forgotten.")
@click.option("--reason", required=True, help="Goes into the audit trail.")
@where
def restore_command(kept: Path, instead: bool, reason: str, database_url: str | None, data_dir: str) -> None:
    """After the database was put back to a time before the last change: bring the keys of the file back."""
    from registry.service.key_change import restore_keys

    async def work(office: Office) -> int:
        return await restore_keys(office, kept, reason, instead=instead)

    click.echo(f"{_run(work, database_url, data_dir)}\t{kept}")
