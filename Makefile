# Two commands do everything: `make demo` and `make test`. Each installs what it needs.
SHELL := /bin/bash
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
PORT ?= 8000
COUNTY ?= qianjiang

.PHONY: demo setup setup-dev setup-browser lint test docs screenshots bench soak faults fuzz lock sbom clean

demo: setup
	$(BIN)/hubpost demo --county $(COUNTY) --port $(PORT)

setup: .venv/.runtime
setup-dev: .venv/.dev

# Debian's python3 comes without ensurepip unless python3-venv is there.
$(UV):
	@echo "hubpost: fetching uv (once)" >&2
	@$(PYTHON) -m venv .tools 2>/dev/null || { rm -rf .tools; scripts/apt_install.sh python3-venv && $(PYTHON) -m venv .tools; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"

.venv/.runtime: $(UV) requirements.lock pyproject.toml
	@echo "hubpost: installing locked dependencies" >&2
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@echo "hubpost: installing locked development tools" >&2
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

setup-browser:
	@scripts/apt_install.sh chromium fonts-noto-cjk

lint: setup-dev
	$(BIN)/ruff check src tests scripts benchmarks examples
	$(BIN)/ruff format --check src tests scripts benchmarks examples
	$(BIN)/lint-imports
	$(BIN)/mypy

# What only computes goes on both cores; what drives servers and browsers goes alone. Both always run.
test: setup-dev setup-browser
	$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not alone"; together=$$?; \
	$(BIN)/python -m pytest -m alone; alone=$$?; exit $$((together > alone ? together : alone))

# The documentation site in both languages, build/site; a warning ends it.
docs: setup-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

# Pictures of the documents, taken anew by the journeys that show what is in them.
screenshots: setup-dev setup-browser
	HUBPOST_PICTURES=1 $(BIN)/python -m pytest tests/browser

# Kills the server 200 times on each database; the figures go into docs/soak.md.
soak: setup-dev
	$(BIN)/python -m tests.soak.crash --rounds 200 --out docs/soak.md

# The fault tests for longer: more cuts and kills, a valley of 2 kB/s (docs/faults.md).
faults: setup-dev
	FAULTS_LONG=1 $(BIN)/python -m pytest tests/faults --timeout 1200

# Damaged files to every reader, and odd requests to every route, each for half of the time.
SECONDS_FUZZ = $$(( $(or $(FUZZ_SECONDS),600) / 2 ))
fuzz: setup-dev
	$(BIN)/python -W ignore -m tests.fuzz.long --seconds $(SECONDS_FUZZ)
	$(BIN)/python -W ignore -m tests.fuzz.long_requests --seconds $(SECONDS_FUZZ)

# The peers that benchmarks measure against are heavy and needed nowhere else.
bench: .venv/.bench
	@for b in benchmarks/*.py; do echo "== $$b"; PYTHONPATH=. $(BIN)/python $$b || exit 1; done

.venv/.bench: .venv/.dev requirements-bench.lock
	@echo "hubpost: installing the peers of the benchmarks" >&2
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements-bench.lock
	@touch $@

# Rewrites the three lock files from pyproject.toml; without hosts, so that any mirror serves them.
LOCK := $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: $(UV)
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev --extra dask --extra telemetry -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group bench -c requirements-dev.lock -o requirements-bench.lock

# The bill of materials of what runs, build/sbom.cdx.json; fails on a licence that may not be shipped.
sbom: setup-dev
	$(BIN)/python -m scripts.make_sbom

clean:
	rm -rf build .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
