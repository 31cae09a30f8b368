# Two commands on a fresh machine with Python 3.11 and make: `make run` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv

.PHONY: env env-run run test lint check-all bench scorecard lock docs clean

env: $(VENV)/.dev           ## the development environment, from locked versions
env-run: $(VENV)/.run       ## what `make run` needs: the core and the portal

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Hannun needs Python 3.11 or newer: install it, or say where it is: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed: on Debian run 'apt-get install python3-venv' first"; rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

run: env-run                ## a simulated company through the whole line, then the pages
	$(BIN)/hannun demo

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: env lint              ## every test
	$(BIN)/python -m pytest

check-all: test             ## and the slow proofs
	$(BIN)/python -m pytest -m slow

bench: env                  ## every benchmark at its small size
	for b in benchmarks/[a-z]*.py; do $(BIN)/python $$b --small || exit 1; done

docs: env                   ## regenerate the pages that are made from the code
	$(BIN)/python -m hannun.docs

lock:                       ## recompile requirements/*.txt (needs uv)
	$(UV) pip compile pyproject.toml --extra portal --extra build --universal --python-version 3.11 --generate-hashes --no-header -o requirements/run.txt
	$(UV) pip compile pyproject.toml --extra portal --extra databases --extra test --extra build --universal --python-version 3.11 --generate-hashes --no-header -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache src/*.egg-info
