# `make help` lists the targets. Everything is installed into .venv from the hash-pinned locks, with pip alone.
PYTHON ?= python3
JOBS ?= 2
ARGS ?=
# Compiled modules are kept: else every process that a test starts compiles the product anew.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
HASHED := --require-hashes --only-binary :all:
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help run dev lint check test bench torture snapshots reference lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(RUN_READY) ## start workbench (ARGS="run --headless ...")
	@$(BIN)/workbench $(ARGS)

dev: $(DEV_READY) ## only prepare .venv with everything for development

lint: $(DEV_READY) ## ruff, pyright, import contracts, purity, file length
	@$(BIN)/python .ci/checks/lint.py

check: $(DEV_READY) ## lint and the quick tests, in less than a minute
	@$(BIN)/python .ci/checks/check.py -n $(JOBS)

test: $(DEV_READY) ## all tests, with the coverage gate
	@$(BIN)/python .ci/checks/run_tests.py --jobs $(JOBS) $(ARGS)

bench: $(DEV_READY) ## every benchmark, one JSON line each
	@$(BIN)/python .ci/checks/run_benchmarks.py $(ARGS)

torture: $(DEV_READY) ## kill the command line at random moments, resume, and compare
	@$(BIN)/python -m tests.torture $(ARGS)

snapshots: $(DEV_READY) ## accept the screens as they are drawn now
	@$(BIN)/python -m pytest -n 0 -q --snapshot-update -m snapshot $(ARGS)

reference: $(DEV_READY) ## write docs/api.md anew from the docstrings
	@$(BIN)/python .ci/checks/api_reference.py

lock: $(DEV_READY) ## bring both locks up to date with pyproject.toml (UPGRADE=1: to the newest releases)
	@$(PIP) install uv
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --all-extras --group dev -o requirements-dev.lock pyproject.toml
	@$(COMPILE) -c requirements-dev.lock --group build -o requirements.lock pyproject.toml

clean: ## remove .venv and everything generated
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): pyproject.toml requirements.lock | $(BIN)/python
	@echo "preparing $(VENV) ..." >&2
	@$(PIP) install $(HASHED) -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): pyproject.toml requirements-dev.lock $(RUN_READY)
	@echo "adding the development tools to $(VENV) ..." >&2
	@$(PIP) install $(HASHED) -r requirements-dev.lock
	@touch $@
