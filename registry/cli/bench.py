"""``nuanfang bench``: run the benchmarks of ``bench/`` and print their lines."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

import click

ROOMS = {"store": ["bench.store"], "intake": ["bench.intake"], "forms": ["bench.forms", "bench.forms_sheets"]}
ROOMS |= {"link": ["bench.link"], "first-sync": ["bench.first_sync"]}
ROOMS["all"] = [module for modules in ROOMS.values() for module in modules]
ROOMS |= {"scale": ["bench.scale"], "model": ["bench.model"]}  # not among all: the first fills the disk


def run_bench(what: str, *, as_json: bool, quick: bool, soak: float | None = None) -> None:
    """Print one line per figure: JSON, or name and values for a person. ``soak``: minutes, of intake only."""
    soaked = importlib.import_module("bench.intake_soak").soak(soak) if soak and what == "intake" else None
    for line in soaked or _lines(what, quick):
        click.echo(json.dumps(line, ensure_ascii=False) if as_json else _readable(line))


def _lines(what: str, quick: bool) -> Iterator[dict[str, Any]]:
    for module in ROOMS[what]:
        yield from importlib.import_module(module).run(quick)


def _readable(line: dict[str, Any]) -> str:
    rest = dict(line)
    name = rest.pop("name", "")
    return f"{name:36}" + "  ".join(f"{key}={value}" for key, value in rest.items())
