"""``nuanfang registry export-log DIR``: the ledger as plain files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli.load_sample import in_office
from registry.cli.serve import where

if TYPE_CHECKING:
    from registry.service.office import Office
    from sync.protocol.log import TreeHead


@click.command("export-log")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--county", default=None, help="Needed when the registry holds more than one.")
@click.option("--with-records", is_flag=True, help="Also the records themselves. They hold people's data.")
@where
def export_log_command(
    folder: Path, county: str | None, with_records: bool, database_url: str | None, data_dir: str
) -> None:
    """Write the ledger (总账) into FOLDER, for ``nuanfang verify``."""
    from domain.errors import InputError
    from registry.service.log.export import export_log

    async def work(office: Office) -> TreeHead:
        return await export_log(office, folder, county, with_records=with_records)

    try:
        head = in_office(work, database_url, data_dir)
    except InputError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{folder}\t{head.size}\t{head.root}")
