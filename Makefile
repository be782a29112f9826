# Needs only make and Python 3.11 or newer; `make` alone lists the commands.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

PROPERTIES := $(addprefix tests/test_,properties.py any_scenario.py any_fault.py invariance.py one_sided.py)
# Tests that go into the loops over men by hand.
LOOPS := $(addprefix tests/test_,$(addsuffix .py,attribution limits luck mechanisms opposition pressure queues record \
    responses rows scatter terms triggers war watch))

.DEFAULT_GOAL := help
.PHONY: help setup run test verify mutants coverage bench speed bench-quick bench-store bench-ensembles dead-keys scale baseline numbers mechanisms levers regimes theory recovery schema docs notebooks clean commands discovery tipping findings

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Set up .venv (the other commands do it when needed)

run: $(READY) ## Run the founding scenario into results/syria-2012
	$(BIN)/erosion run syria-2012 --out results/syria-2012 --force

test: $(READY) ## Lint, check types, run all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

verify: $(READY) ## Second implementation man by man; interrupted ensembles; properties at depth; coverage
	$(BIN)/python -m pytest verify -rP
	PROPERTY_DEPTH=10 $(BIN)/python -m pytest $(PROPERTIES)
	@$(MAKE) --no-print-directory coverage

mutants: $(READY) ## Change every term of every mechanism and see that a test notices
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m tests.mutants

coverage: $(READY) ## Measure branch coverage of sim, loops included; fail under 95 %
	$(BIN)/python -m pytest -q --cov=sim --cov-branch --cov-report=
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q --cov=sim --cov-branch --cov-append \
	    --cov-report=term-missing:skip-covered --cov-fail-under=95 $(LOOPS)

bench: $(READY) ## Time the model, beside plain C where there is a compiler
	$(BIN)/python benchmarks/bench.py

speed: $(READY) ## Write the page of speed anew, some minutes of an idle machine
	$(BIN)/python benchmarks/bench.py --page docs/speed.md

bench-quick: $(READY) ## Only compare the ratio to plain C with the stored one
	$(BIN)/python benchmarks/bench.py --quick

bench-store: $(READY) ## Store the ratio to plain C anew
	$(BIN)/python benchmarks/bench.py --store

bench-ensembles: $(READY) ## Time 200 stored runs beside plain loops, and waits on Dask workers; about 5 minutes
	$(BIN)/erosion bench --ensemble 200 --dask 60 --workers 2

dead-keys: $(READY) ## Look for numbers of a scenario that change nothing
	$(BIN)/python -m experiments.dead_keys

scale: $(READY) ## Show what a smaller army still tells
	$(BIN)/python -m experiments.scale_study

baseline: $(READY) ## Write the stored baseline figures anew
	$(BIN)/python -m experiments.baseline

numbers: $(READY) ## Compare the stored numbers of all scenarios; store those that moved
	$(BIN)/python -m experiments.baseline_numbers

mechanisms: $(READY) ## Show what each mechanism changes
	$(BIN)/python -m experiments.mechanisms_matter

levers: $(READY) ## Show what each lever and contrast changes
	$(BIN)/python -m experiments.levers_page

regimes: $(READY) ## Map the classes of outcome
	$(BIN)/python -m experiments.regimes

tipping: $(READY) ## Show where collapse becomes likely, when, and whether it is announced
	$(BIN)/python -m experiments.tipping

findings: $(READY) ## Show which parameters drive the outcome: the shipped studies, about an hour, goes on where it stopped
	$(BIN)/python -m experiments.sensitivity

discovery: $(READY) ## Show where the army collapses and a plan adds little
	$(BIN)/python -m experiments.discovery

commands: $(READY) ## Run an example of each command and write what it prints
	$(BIN)/python -m experiments.commands_page

theory: $(READY) ## Run the cases with a known answer beside their theory
	$(BIN)/python -m experiments.theory

# Its products of matrices are small: several threads to one cost more than they bring.
recovery: $(READY) ## Regress simulated exits: is what was put in recovered?
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m experiments.recovery

schema: $(READY) ## Write the JSON Schema of scenario files
	$(BIN)/erosion schema

docs: $(READY) ## Write the generated pages of docs/
	$(BIN)/erosion docs

notebooks: $(READY) ## Run all notebooks in place
	$(BIN)/jupyter execute --inplace notebooks/*.ipynb

clean: ## Remove the environment, builds and caches (results stay)
	rm -rf $(VENV) build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find sim experiments tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Made once, and again when what is installed may have changed. The build tools come
# first, from the same pins, so that nothing outside constraints.txt is ever fetched.
$(READY): setup.cfg pyproject.toml constraints.txt
	@python=$$(for candidate in python3.11 python3 python3.12 python3.13; do \
	    "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	        >/dev/null 2>&1 && echo "$$candidate" && break; done); \
	if [ -z "$$python" ]; then \
	    echo "No Python 3.11 or newer with venv was found (Debian, Ubuntu: apt install python3-venv)." >&2; \
	    exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$python (about a minute)"; \
	"$$python" -m venv $(VENV)
	@$(PIP) install -c constraints.txt setuptools
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[all]'
	@$(BIN)/python -c 'import sim; sim.run(sim.load("invented-army"))' # compiles the loops over men
	@touch $(READY)
