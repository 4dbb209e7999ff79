"""A poor line: the real phone (store, runner, client) against the real registry process over it.

``ratio`` is the wall time to the payload's bytes ÷ bandwidth, the time that a perfect sender would need.
``wire_ratio`` is what passed through the phone's sockets both ways, headers, questions and answers included,
to the payload; ``packets_ratio`` the IP packets upwards with what TCP sent again. The payload is the bytes
of files: the records count as overhead. There is no TLS (about 0.3% more).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.link_net import Line, Way, can_make_namespaces, poor_line
from bench.link_registry import BenchRegistry, bench_registry
from bench.link_relay import ByteRelay

PHOTO = 150_000
GOOD = Line("2mbit", 2_000_000, delay_s=0.05, loss=0.02)
POOR = Line("64kbit", 64_000, delay_s=0.3, loss=0.05)
CUT = Line("2mbit_cut_every_20s", 2_000_000, delay_s=0.05, loss=0.02, cut_every_s=20)
"""``delay_s`` is one way: round trips of 100 ms and 600 ms."""


@dataclass(frozen=True)
class Load:
    visits: int
    photos: int
    households: int = 0


FULL = {GOOD: Load(200, 3), POOR: Load(4, 3), CUT: Load(200, 3)}
QUICK = {GOOD: Load(20, 3), POOR: Load(1, 2), CUT: Load(40, 3)}
"""On the 64 kbit/s line 600 photos would take three hours; bytes do not depend on how many there are."""


def run(quick: bool = False) -> Iterator[dict[str, Any]]:
    """One JSON line per line of the network, and one for records without photos."""
    with bench_registry() as registry:
        for line, load in loads(quick).items():
            yield _sent(line, load, over(registry, line, load))
        load = Load(200, 0)
        yield _record_cost(load, over(registry, GOOD, load))


def loads(quick: bool) -> dict[Line, Load]:
    """What is sent over which line. NUANFANG_BENCH_LINE names one alone, NUANFANG_BENCH_VISITS the number
    of visits: 50 over 64kbit take an hour."""
    found, only = QUICK if quick else FULL, os.environ.get("NUANFANG_BENCH_LINE")
    visits = os.environ.get("NUANFANG_BENCH_VISITS")
    chosen = {line: load for line, load in found.items() if only in (None, line.name)}
    return {line: replace(load, visits=int(visits or load.visits)) for line, load in chosen.items()}


def _sent(line: Line, load: Load, found: dict[str, Any]) -> dict[str, Any]:
    perfect = found["files"] * 8 / line.bits
    wire = found["up"] + found["down"]
    return {
        "name": f"link_{line.name}_wall",
        "ratio": round(found["seconds"] / perfect, 3),
        "value_s": round(found["seconds"], 1),
        "wire_ratio": round(wire / found["files"], 4),
        "packets_ratio": round(found["ip_up"] / found["files"], 4),
        "visits": load.visits,
        "photos": load.visits * load.photos,
        "payload": found["files"],
        "connections": found["connections"],
        "cuts": found["cuts"],
        "complete": found["complete"],
        "phone_cpu_s": round(found["cpu_s"], 1),
        "rtt_ms": round(line.delay_s * 2000),
        "shaped_by": found["shaped_by"],
    }


def _record_cost(load: Load, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "link_record_bytes",
        "value": round((found["up"] + found["down"]) / load.visits, 1),
        "up": round(found["up"] / load.visits, 1),
        "down": round(found["down"] / load.visits, 1),
        "ratio": round((found["up"] + found["down"]) / found["records"], 3),
        "records": load.visits,
        "complete": found["complete"],
    }


def over(registry: BenchRegistry, line: Line, load: Load) -> dict[str, Any]:
    """Run one phone over ``line``; its figures and the line's."""
    folder = registry.folder / f"phone-{line.name}-{load.visits}-{load.photos}"
    with _way(registry, line) as (way, base):
        asked = {"base": base, "code": registry.code(), "folder": str(folder), "visits": load.visits}
        asked |= {"photos": load.photos, "photo": PHOTO}
        phone = Phone(way)
        first = phone.ask(asked)
        before = (way.counted.up_bytes, way.counted.down_bytes)
        found = first | phone.ask({})
        phone.end()
        found |= {"ip_up": way.counted.up_bytes - before[0], "ip_down": way.counted.down_bytes - before[1]}
        found |= {"cuts": len(way.counted.cuts), "shaped_by": way.shaped_by}
    found["complete"] = found["states"] in ([], ["complete"]) and _same_head(found)
    return found


def _same_head(found: dict[str, Any]) -> bool:
    return found["head"][0] == 0 or bool(found["head"] == found["checkpoint"])


@contextmanager
def _way(registry: BenchRegistry, line: Line) -> Iterator[tuple[Way, str]]:
    if can_make_namespaces():
        with poor_line(line) as way, registry.serving(way.host) as port:
            yield way, f"http://{way.host}:{port}"
        return
    with registry.serving() as port:
        relay = ByteRelay(line, port)
        with relay.running() as near:
            yield Way("127.0.0.1", [], relay.counted, "the relay"), f"http://127.0.0.1:{near}"


class Phone:
    """The other process: a JSON line to it, a JSON line back."""

    def __init__(self, way: Way) -> None:
        command = [*way.prefix, sys.executable, "-m", "bench.link_phone"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT)
        self._guard = threading.Timer(6 * 3600, self._process.kill)
        self._guard.daemon = True
        self._guard.start()

    def ask(self, line: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the phone ended")
        found: dict[str, Any] = json.loads(answer)
        return found

    def end(self) -> None:
        self._guard.cancel()
        self._process.wait(30)


_ROOT = Path(__file__).parents[1]
