#!/usr/bin/env bash
# What the tests need beyond Python: Chromium and a Chinese font, from Debian (without root we say what is skipped),
# and the app's site, built here so that no test's time runs out meanwhile.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing+=(fonts-noto-cjk)
if [ ${#missing[@]} = 0 ]; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} from Debian …"
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "Missing: ${missing[*]} (Debian: apt-get install ${missing[*]}); the browser tests will be skipped"
fi
if command -v chromium >/dev/null; then .venv/bin/nuanfang web build; fi
