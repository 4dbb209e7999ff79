"""Two batches at once in a fresh process must not bring it down (F)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, threading
import msgspec
from domain.models import HouseholdFile, VisitBody
from registry.service.sample_county import make_county
from registry.service.warm import build_types
file = msgspec.to_builtins(make_county().households[0])
if sys.argv[1] == "built":
    assert build_types() > 60
sys.setswitchinterval(1e-6)
event = {"device_time": "2026-01-01T00:00:00Z", "monotonic_ns": 1, "boot_id": "x"}
zeros = "0" * 64
visit = {
    "campaign_id": file["id"], "visit_type": "home", "visitors": [{"name": "a"}], "started": event,
    "ended": event, "result": "met", "household_id": file["id"],
    "photos": [{"sha256": zeros, "original_sha256": zeros, "thumb_sha256": zeros, "kind": "scene",
                "dhash": zeros[:16], "taken": event}],
}
start = threading.Barrier(6)
def work():
    start.wait()
    for _ in range(3):
        msgspec.convert(visit, VisitBody)
        msgspec.convert(file, HouseholdFile)
threads = [threading.Thread(target=work) for _ in range(6)]
[one.start() for one in threads]
[one.join() for one in threads]
"""


def crashes(how: str, times: int) -> int:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", PROGRAM, how]
    ended = [subprocess.run(command, cwd=root, capture_output=True, check=False) for _ in range(times)]
    assert {one.returncode for one in ended} <= {0, -11}, ended[0].stderr.decode()
    return sum(one.returncode != 0 for one in ended)


def test_types_are_built_before_threads_use_them():
    """With the types built at start, six threads decoding at once never crash the process."""
    assert crashes("built", 6) == 0
