"""``nuanfang registry devices``: list phones, revoke one, ask one to forget everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from registry.cli.load_sample import in_office
from registry.cli.serve import where

if TYPE_CHECKING:
    from registry.service.office import Office

T = TypeVar("T")


def _run(work: Callable[[Office], Awaitable[T]], database_url: str | None, data_dir: str) -> T:
    from registry.service.devices import device_error
    from registry.service.errors import RefusedError

    try:
        return in_office(work, database_url, data_dir)
    except RefusedError as error:
        raise click.ClickException(str(device_error(error))) from error


@click.group("devices")
def devices_command() -> None:
    """Phones: list, revoke, wipe."""


@devices_command.command("list")
@click.option("--user", default="", help="Only this person's: name or id.")
@where
def list_command(user: str, database_url: str | None, data_dir: str) -> None:
    """Every phone: id, person, since when, how many records, and what was ordered."""
    from registry.service.devices import list_devices

    for row in _run(lambda office: list_devices(office, user=user), database_url, data_dir):
        state = "wiped" if row.wiped_at else "wipe ordered" if row.wipe_asked_at else ""
        state = state or ("revoked" if row.revoked_at else "active")
        click.echo("\t".join([row.id, row.user_name, row.name, row.enrolled_at, str(row.records), state]))


@devices_command.command("revoke")
@click.argument("device")
@click.option("--reason", required=True, help="Goes into the audit trail.")
@where
def revoke_command(device: str, reason: str, database_url: str | None, data_dir: str) -> None:
    """The phone may hand over what it has sealed, and nothing else. A new enrolment code lets it in again."""
    _order(device, reason, database_url, data_dir, wipe=False)


@devices_command.command("wipe")
@click.argument("device")
@click.option("--reason", required=True, help="Goes into the audit trail.")
@where
def wipe_command(device: str, reason: str, database_url: str | None, data_dir: str) -> None:
    """Revoke it; at its next contact it hands its sealed work over and then forgets everything."""
    _order(device, reason, database_url, data_dir, wipe=True)


def _order(device: str, reason: str, database_url: str | None, data_dir: str, *, wipe: bool) -> None:
    from registry.service.devices import By, revoke

    async def work(office: Office) -> Any:
        return await revoke(office, None, device, By(), wipe=wipe, reason=reason)

    row = _run(work, database_url, data_dir)
    click.echo(f"{row.id}\t{row.user_name}\t{'wipe ordered' if row.wipe_asked_at else 'revoked'}")
