# Everything a fresh clone needs: Python 3.11 to 3.13 and make. Windows and conda users: see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help report test test-faults test-slow lint bench bench-read lab screenshots dictionary golden lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

report: $(STAMP) ## run every notebook for every year and write the combined reports into reports/
	$(BIN)/symphony run

# Tests compiled once are kept for the next time, also where Python is told to keep nothing.
test: $(STAMP) ## the whole test suite but the soak tests, on three processes: one may wait while two work
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-faults: $(STAMP) ## the 36 faults of an unattended run, with fifty random kills each (slow)
	$(BIN)/python -m pytest -m slow tests/run

test-slow: $(STAMP) ## every soak test (slow)
	$(BIN)/python -m pytest -m slow

lint: $(STAMP) ## style, imports between rooms, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy symphony_analysis

bench: $(STAMP) ## measure the run against the stock tools; rewrites docs/performance.md
	$(BIN)/python -m tests.bench.run

bench-read: $(STAMP) ## measure the reading of national and pupil-session files
	$(BIN)/python -m tests.bench.read

lab: $(STAMP) ## open JupyterLab on the notebooks
	$(BIN)/symphony lab

screenshots: $(STAMP) ## pictures of every section: desktop, phone, print (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

dictionary: $(STAMP) ## write docs/data-dictionary.md anew from the declarations
	$(BIN)/python -m symphony_analysis.dictionary

golden: $(STAMP) ## take the figures as they are now for the golden ones, on purpose (see docs/methods.md)
	$(BIN)/python -m tests.golden

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --upgrade pyproject.toml -o requirements.lock

clean: ## remove what was built
	rm -rf $(VENV) build screenshots .pytest_cache .ruff_cache .mypy_cache *.egg-info
