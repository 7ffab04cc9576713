# Everything a fresh clone needs: Python 3.11 to 3.13 and make. Windows and conda users: see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What the reports need; and that with the tools of the tests.
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help report test test-faults test-disclosure test-slow lint bench bench-read lab screenshots dictionary golden wheel lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(RUN): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps -e .
	@touch $@

$(DEV): $(RUN) requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

report: $(RUN) ## run every notebook for every year and write the combined reports into reports/
	$(BIN)/symphony run

# Tests compiled once are kept for the next time, also where Python is told to keep nothing.
test: $(DEV) ## every test but the slow ones, on three processes: one may wait while two work
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-faults: $(DEV) ## every fault of an unattended run, fifty random kills, the search for canaries (slow)
	$(BIN)/python -m pytest -m "slow or not slow" tests/run tests/gate

test-disclosure: $(DEV) ## the integer attack on three years and on three hundred trusts of 1 to 40 schools (slow)
	$(BIN)/python -m pytest -m slow tests/protect

test-slow: $(DEV) ## the slow tests: what makes a whole report of its own, browsers, soaks (hours)
	$(BIN)/python -m pytest -m slow

lint: $(DEV) ## style, imports between rooms, declared dependencies, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/mypy symphony_analysis

bench: $(DEV) ## measure the run against the stock tools; rewrites docs/performance.md
	$(BIN)/python -m tests.bench.run

bench-read: $(DEV) ## measure the reading of national and pupil-session files
	$(BIN)/python -m tests.bench.read

lab: $(RUN) ## open JupyterLab on the notebooks
	$(BIN)/symphony lab

screenshots: $(DEV) ## pictures of every section: desktop, phone, print (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

dictionary: $(RUN) ## write docs/data-dictionary.md and docs/api.md anew from the code
	$(BIN)/python -m symphony_analysis.commands.dictionary docs

golden: $(DEV) ## take the figures as they are now for the golden ones, on purpose (see docs/methods.md)
	$(BIN)/python -m tests.golden

wheel: $(DEV) ## build what another trust installs, the wheel and its lock, into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	cp requirements.lock dist/

COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml
lock: ## resolve the dependencies anew (needs uv): for the developers, and of these what the reports need
	$(COMPILE) --all-extras --upgrade -o requirements-dev.lock
	$(COMPILE) --extra word --upgrade --constraint requirements-dev.lock -o requirements.lock

clean: ## remove what was built
	rm -rf $(VENV) build dist screenshots .pytest_cache .ruff_cache .mypy_cache *.egg-info
