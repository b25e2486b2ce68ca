# The two commands are `make run` and `make test`; both set up what is missing (.ci/setup.py says what).
# The distribution's python3 first: others on the PATH may be wrappers that take long to start.
SYSTEM_PYTHON := $(firstword $(wildcard /usr/bin/python3) python3)
SETUP := $(SYSTEM_PYTHON) -I .ci/setup.py
PY := .venv/bin/python
HEADLESS := $(if $(DISPLAY)$(WAYLAND_DISPLAY),,--headless)
ARGS ?=
TESTARGS ?=

export PYTHONUTF8 := 1
# Tests and demo start hundreds of programs: what Python compiled is kept for the next of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test year check format lint bench screens faults day monkey refusals lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: ## open the terminal on a demonstration centre (LOCALE=en for English; without a display: demo-out/)
	@$(SETUP) run
	@$(PY) -m kiosk demo $(HEADLESS) $(if $(LOCALE),--locale $(LOCALE)) $(ARGS)

test: ## run all tests (TESTARGS="tests/kiosk -k redeem" for some of them)
	@$(SETUP) test
	@$(PY) -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(TESTARGS)

year: ## the written year of one centre, whole: 500 households, over 20,000 entries (some minutes)
	@$(SETUP) test
	@KIOSK_YEAR=whole $(PY) -m pytest tests/year --timeout 0 --durations 12 $(TESTARGS)

check: lint ## formatting, lint, types and the layers of the house
	@.venv/bin/mypy
	@.venv/bin/lint-imports

lint: ## the quick half of check
	@$(SETUP) check
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check

format: ## format the code and sort its imports
	@$(SETUP) check
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

bench: ## measure beside references, into bench-out/bench.json
	@$(SETUP) test
	@$(PY) -m tests.bench $(ARGS)

SIZES ?=
LOCALES ?=
WALKS ?=

screens: ## pictures of every page, fit and contrast measured, into screens-out/index.html (22 minutes; SIZES=1280x800 LOCALES=en WALKS=desk SCREEN=theme=dark for fewer)
	@$(SETUP) run
	@$(PY) -m tests.kiosk.ui.pictures screens-out "size=$(SIZES)" "locale=$(LOCALES)" "walks=$(WALKS)" $(SCREEN)

FUZZ_INPUTS := 1000000
HISTORIES := $(wildcard tests/kiosk/services/test_*histories.py) tests/kiosk/services/test_loans.py \
	tests/kiosk/services/test_activities.py tests/drivers/scanner/test_ean_lines.py

faults: ## the tests that kill, cut and unplug, at every place, with a million inputs for each codec, the line on both databases (an hour)
	@$(SETUP) test
	@KIOSK_FAULTS=all FUZZ_INPUTS=$(FUZZ_INPUTS) $(PY) -m pytest -n 2 --timeout 0 tests/faults $(HISTORIES) \
	  tests/sync --ignore tests/sync/test_partitions.py $(TESTARGS)
	@KIOSK_PARTITIONS=$${KIOSK_PARTITIONS:-300} $(PY) -m pytest tests/sync/test_partitions.py --timeout 0 $(TESTARGS)

MINUTES := 60

day: ## a day's 300 sessions at the real program, the camera at its own rate: memory, threads, descriptors (24 minutes)
	@$(SETUP) test
	@KIOSK_DAY_SESSIONS=300 $(PY) -m tests.bench day

monkey: ## random taps, scans, plugs and power cuts at the real terminal (an hour; MINUTES=10 ARGS="--seed 4")
	@$(SETUP) test
	@$(PY) -m tests.faults.monkey --minutes $(MINUTES) $(ARGS)

refusals: ## every refusal in both languages, to be read
	@$(SETUP) run
	@$(PY) -m tests.kiosk.refusals

# Universal: the same file serves every Python from 3.11 to 3.13 on x86-64 and ARM64.
lock: ## write requirements.lock anew from pyproject.toml
	@$(SETUP) check
	@.setup/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --group dev pyproject.toml -o requirements.lock

clean: ## remove what can be made again (not a terminal's data)
	rm -rf .venv .setup demo-out bench-out screens-out dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find kiosk drivers sync tests -name __pycache__ -type d -prune -exec rm -rf {} +
