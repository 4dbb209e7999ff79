"""``nuanfang registry work``: the jobs, in a process of their own."""

from __future__ import annotations

import click

from registry.cli.load_sample import in_office
from registry.cli.serve import where


@click.command("work")
@where
@click.option("--once", is_flag=True, help="Do every job once and end, for cron and for trying out.")
def work_command(database_url: str | None, data_dir: str, once: bool) -> None:
    """Do what is due (ledger, sweeping, forgetting) until SIGTERM. Any number of these may run."""
    from registry.api.logs import configure_logs
    from registry.jobs.queue import work
    from registry.jobs.table import JOBS
    from registry.service.keys_fresh import keys_fresh
    from registry.service.office import Office

    configure_logs()

    async def do(office: Office) -> None:
        if not once:
            async with keys_fresh(office):
                await work(office, signals=True)
            return
        for job in JOBS:
            click.echo(f"{job.name}\t{await job.work(office)}")

    in_office(do, database_url, data_dir)
