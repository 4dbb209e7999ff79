#!/usr/bin/env bash
# Locks requirements/*.in with hashes; no index address is written.
set -euo pipefail
cd "$(dirname "$0")/../requirements"
[ -x ../build/lock/bin/pip-compile ] || { python3 -m venv ../build/lock && ../build/lock/bin/pip install -q pip-tools; }
for name in phone registry dev; do
    ../build/lock/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-emit-trusted-host --strip-extras --allow-unsafe --no-header -o "$name.txt" "$name.in"
done
