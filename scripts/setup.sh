#!/usr/bin/env bash
# Makes .venv from requirements/dev.txt. Needs Python 3.11 or newer; as root on Debian installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

pick_python() {
    local candidate
    for candidate in python3.11 python3 python3.12 python3.13; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)" >&2
    exit 1
}

python=$(pick_python)
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing python3-venv from Debian …"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    else
        echo "python3-venv is missing (Debian: apt-get install python3-venv)" >&2
        exit 1
    fi
fi

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then  # missing, or interrupted while it was made
    rm -rf .venv
    echo "Making .venv with $("$python" --version) …"
    "$python" -m venv .venv
fi
echo "Installing locked dependencies (once; a minute or two) …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt 2> >(grep -v "is ignored: it is neither" >&2)
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable . 2> >(grep -v "is ignored: it is neither" >&2)
