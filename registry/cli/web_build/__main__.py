"""``python -m registry.cli.web_build [--dev PORT]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from registry.cli.web_build import BuildError, build
from registry.cli.web_build.build import package_font
from registry.cli.web_build.serve import serve


def main() -> int:
    """Build, and with --dev serve the site on this machine until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="web_build", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd())
    parser.add_argument("--out", type=Path)
    parser.add_argument("--base", default="/app/")
    parser.add_argument("--main", type=Path, help="another entry file than ROOT/main.py")
    parser.add_argument("--package-font", action="store_true", help="write assets/fonts for flet build")
    parser.add_argument("--dev", type=int, metavar="PORT", help="serve on 127.0.0.1:PORT after building")
    chosen = parser.parse_args()
    out = chosen.out or chosen.root / "build" / "web"
    try:
        if chosen.package_font:
            sys.stdout.write(f"{package_font(chosen.root)}\n")
            return 0
        result = build(chosen.root, out, base=chosen.base, main=chosen.main)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{'Built' if result.rebuilt else 'Checked'} in {result.seconds:.1f} s.\n")
    if chosen.dev is not None:
        with serve(out, base=chosen.base, port=chosen.dev) as site:
            sys.stdout.write(f"{site.url} (Ctrl-C stops)\n")
            site.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
