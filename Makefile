# 暖访 NuanFang. The two commands a newcomer needs: make demo, make test.
SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
WORKERS ?= 2
STAMP := .venv/.ready
export PYTHONUTF8 := 1

.PHONY: help setup lang demo demo-reset test test-slow check format bench web screenshots lock clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(STAMP) lang  ## the virtual environment with locked dependencies and the nuanfang command

$(STAMP): requirements/dev.txt pyproject.toml scripts/setup.sh
	@bash scripts/setup.sh
	@touch $@

lang: $(STAMP)  ## compile the language files
	@$(PY) -m app.lang.build

demo: setup  ## build the app, start the registry with the sample county, print enrolment codes (PORT=8000)
	@exec .venv/bin/nuanfang demo --port $(PORT)

demo-reset: setup  ## forget the demo's data and start over
	@exec .venv/bin/nuanfang demo --reset --port $(PORT)

web: setup  ## build the browser edition into build/web
	@.venv/bin/nuanfang web build

check: setup  ## format, lint, types, layers, language files, docs
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	$(PY) -m pytest -p no:cacheprovider tests/meta

test: setup  ## all tests but the slow ones (installs Chromium from Debian when missing and root)
	@bash scripts/test_tools.sh
	@$(PY) -m pytest -n $(WORKERS) --no-loadscope-reorder

test-slow: setup  ## soak tests and long crash loops
	@bash scripts/test_tools.sh
	@$(PY) -m pytest -m slow -o timeout=3600

bench: setup  ## every figure of docs/STATE.md, as ratios in one run
	@.venv/bin/nuanfang bench all

screenshots: setup  ## the README's pictures, from the running product
	@bash scripts/test_tools.sh
	@$(PY) -m tests.browser.screenshots

format: setup  ## format and mend what can be mended by a tool
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: setup  ## lock requirements/*.in again, with hashes and without addresses
	@bash scripts/lock.sh

clean:  ## remove what can be made again (not var/, which holds data)
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
