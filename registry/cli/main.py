"""The ``nuanfang`` command. Each subcommand imports what it needs only when it runs."""

from __future__ import annotations

import importlib
from typing import Any

import click

from registry.cli.plainly import PORT, PlainGroup
from registry.cli.verify import verify_command


@click.group(cls=PlainGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nuanfang", prog_name="nuanfang")
def cli() -> None:
    """暖访 NuanFang: home visits that work with no signal, and the registry they report to."""


cli.add_command(verify_command)


@cli.command()
@click.option("--port", default=8000, type=PORT, show_default=True, envvar="PORT")
@click.option("--data", default="var", show_default=True, help="Folder for everything the demo keeps.")
@click.option("--reset", is_flag=True, help="Forget the demo's data first.")
def demo(port: int, data: str, reset: bool) -> None:
    """Build the app, start the registry with the sample county, print enrolment codes."""
    from registry.cli.demo import run_demo

    run_demo(port=port, data=data, reset=reset)


class LazyGroup(click.Group):
    """Subcommands by ``module:function``, imported when named."""

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, name = self.lazy[cmd_name].split(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


REGISTRY = {
    "serve": "registry.cli.serve:serve_command",
    "migrate": "registry.cli.migrate:migrate_command",
    "load-sample": "registry.cli.load_sample:load_sample_command",
    "enrol-code": "registry.cli.enrol_code:enrol_code_command",
    "export-log": "registry.cli.export_log:export_log_command",
    "devices": "registry.cli.device:devices_command",
    "keys": "registry.cli.keys:keys_command",
    "work": "registry.cli.work:work_command",
}


@cli.group(cls=LazyGroup, lazy=REGISTRY)
def registry() -> None:
    """The office: serve, migrate, load the sample county, make enrolment codes."""


@cli.group(
    cls=LazyGroup,
    lazy={"check": "registry.cli.forms:check_command", "preview": "registry.cli.forms:preview_command"},
)
def forms() -> None:
    """Questionnaires: what a spreadsheet's problems are."""


@cli.group()
def web() -> None:
    """The browser edition."""


@web.command("build")
@click.option("--out", default="build/web", show_default=True)
def web_build(out: str) -> None:
    """Build the static, offline browser edition (cached)."""
    from pathlib import Path

    from registry.cli.web_build import build

    build(Path.cwd(), Path(out), progress=click.echo)


@cli.command()
@click.argument("what", type=click.Choice(["store", "intake", "forms", "link", "scale", "model", "all"]))
@click.option("--json", "as_json", is_flag=True, help="JSON lines instead of a table.")
@click.option("--quick", is_flag=True, help="Smaller sizes, for a first look.")
@click.option("--first-sync", is_flag=True, help="Of link: only what a new phone fetches.")
@click.option("--soak", type=float, default=None, help="Of intake: so many minutes, watching the memory.")
def bench(what: str, as_json: bool, quick: bool, first_sync: bool, soak: float | None) -> None:
    """Measure, as ratios against the named baseline in one run."""
    from registry.cli.bench import run_bench

    run_bench("first-sync" if first_sync else what, as_json=as_json, quick=quick, soak=soak)
