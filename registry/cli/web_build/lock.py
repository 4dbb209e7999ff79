"""Write requirements/web.txt from web.in: ``python -m registry.cli.web_build.lock``."""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from pathlib import Path

from registry.cli.web_build.node import run
from registry.cli.web_build.wheels import platform_options

_HEADER = "# Locked from web.in by python -m registry.cli.web_build.lock; versions follow phone.txt.\n"


def main() -> None:
    """Resolve with the versions of phone.txt and pin the hashes of the wheels that pip chose."""
    here = Path("requirements")
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        pins = re.findall(r"^([A-Za-z0-9._-]+==\S+)", (here / "phone.txt").read_text(), re.MULTILINE)
        (folder / "pins").write_text("\n".join(pins))
        options = ["--requirement", str(here / "web.in"), "--constraint", str(folder / "pins")]
        command = [sys.executable, "-m", "pip", "download", "--quiet", *platform_options(), *options]
        run([*command, "--dest", str(folder)], "Resolving web.in")
        lines = [_line(wheel) for wheel in sorted(folder.glob("*.whl"))]
    (here / "web.txt").write_text(_HEADER + "".join(lines))


def _line(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    sha = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{name.replace('_', '-').lower()}=={version} \\\n    --hash=sha256:{sha}\n"


if __name__ == "__main__":
    main()
