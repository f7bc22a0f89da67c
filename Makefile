# Everything that this project does is a target here. Nothing has to be typed first: each target
# makes the environment that it needs, in .venv of the checkout.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Compiled with the rest, so that the first start of a house need not do it.
ROOMS := access audit cases config flows interfaces notifications state_machine storage wiring
# `base` is only extended; it is checked in each of the others.
STANDARDS := $(filter-out base,$(notdir $(wildcard config/workflows/*)))

.DEFAULT_GOAL := help
.PHONY: help run journeys test check words bench wheel lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z.]*\):.*  ## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(READY)  ## serve a house of invented cases; open the address that it shows
	$(BIN)/homeward serve --demo

journeys: $(READY)  ## play the ten journeys and a year of time onto a SQLite house
	$(BIN)/homeward journeys

test: $(READY)  ## run all tests, on all cores, with warnings as errors
	$(BIN)/pytest -n auto

check: $(READY)  ## lint, types, import direction, house rules, and the shipped workflows
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 0 tests/architecture
	for name in $(STANDARDS); do $(BIN)/homeward workflow check $$name && $(BIN)/homeward workflow coverage $$name || exit 1; done

words: $(READY)  ## gather what pages say into the catalogues, and list what is not translated
	$(BIN)/python -m interfaces.words.extract

bench: $(READY)  ## measure steps and sweeps side by side with the bare database
	$(BIN)/python -m tests.with_postgres $(BIN)/homeward bench steps --postgres {url}
	$(BIN)/python -m tests.with_postgres $(BIN)/homeward bench sweep --others --postgres {url}

wheel: $(READY)  ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

lock: $(READY)  ## write the two lock files anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	    --custom-compile-command 'make lock' --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	    --custom-compile-command 'make lock' --constraint requirements.lock \
	    --group dev --output-file requirements-dev.lock pyproject.toml

.PHONY: .venv
.venv: $(READY)  ## make the environment, and nothing else

# Brought up to date when what is locked changes, or what is installed from here. The lock is complete; were pip to look
# for what it depends on, it would find extras of pinned distributions unpinned.
$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(ROOMS)
	@touch $@

clean:  ## remove the environment and everything that was built
	rm -rf .venv dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
