# `make` or `make help` lists what can be done. PYTHON=/path/to/python picks the Python that .venv is made of,
# JOBS=4 how many processes run the tests.
.DEFAULT_GOAL := help
.PHONY: help run demo link test check format bench clean

PYTHON ?=
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(VENV)/installed ## install what is needed, start everything, print how to reach it
	@exec $(BIN)/python run.py

demo: $(VENV)/installed ## the same with a month of demo traffic and demo models that need no provider key
	@exec $(BIN)/python run.py --demo

link: $(VENV)/installed ## print a fresh sign-in link to the dashboard
	@exec $(BIN)/python run.py link

test: $(VENV)/installed-dev ## run all tests
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || $(BIN)/playwright install chromium
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile $(ARGS)

check: $(VENV)/installed-dev ## format, lint, types and import walls
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed-dev ## format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/installed-dev ## measure; docs/performance.md explains the figures
	$(BIN)/python -m bench $(ARGS)

clean: ## remove the virtual environment and every cache; data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@python=$$(sh deploy/find_python.sh $(PYTHON)) && $$python -m venv --clear $(VENV)

$(VENV)/installed: requirements.txt constraints.txt | $(BIN)/pip
	@echo "Installing into $(VENV); the first time takes a minute or two."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PIP) -r requirements-dev.txt
	@touch $@
