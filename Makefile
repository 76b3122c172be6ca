# `make run` starts Proofsheet on this machine, `make test` and `make test-slow` try what it promises.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check install --no-compile --require-hashes
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
	--python-version 3.11 --no-emit-index-url --no-emit-find-links --no-config \
	--custom-compile-command "make lock"

.PHONY: run test test-slow faults large bench bench-gallery bench-costs lint format types messages lock check-lock tools

run: $(VENV)/.installed
	@exec $(BIN)/python manage.py serve --with-parent

test: tools
	@exec $(BIN)/python -m tests.run

# What takes long: whole sites that start, stop and are killed, workers that are
# killed, a network that breaks, hostile files, every page looked at for everyone, random histories
# of money
test-slow: tools
	@exec $(BIN)/python -m tests.run -m "slow or many"

# Kills and breaks parts at random moments, on both databases; takes the better part of an hour
faults: tools
	@exec $(BIN)/python -m tests.faults $(ARGUMENTS)

# On a large scale, on both databases: 200 submissions at once against a budget for 50, a price list
# of 100,000 lines, ten times as many random histories of money
large: tools
	@TEST_EXAMPLES=10 exec $(BIN)/python -m tests.run -m "long or many"

# BENCH="--postgres --web" and the like; BENCH=--help lists all
bench: tools
	@exec $(BIN)/python -m tests.bench $(BENCH)

# The gallery's pages with very many pictures; BENCH=--postgres makes a million, in minutes
bench-gallery: tools
	@exec $(BIN)/python -m tests.bench.gallery $(BENCH)

# The costs pages with very many ledger lines; BENCH=--postgres makes five millions, in minutes
bench-costs: tools
	@exec $(BIN)/python -m tests.bench.costs $(BENCH)

lint: tools
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports

format: tools
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

types: tools
	@$(BIN)/mypy

# Takes up what code and templates say anew, compiles the Spanish, and lists what has none yet
messages: tools
	@$(BIN)/python -m tests.translations

# The exact versions of all packages: what pyproject.toml asks for, and no newer than need be
lock: tools
	@$(COMPILE) -o requirements.txt
	@$(COMPILE) --group test -c requirements.txt -o tests/requirements.txt

check-lock: tools
	@$(BIN)/python -m tests.support.locks

tools: $(VENV)/.tools

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "PYTHON: Proofsheet needs Python 3.11 or newer. Name one: make run PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "PYTHON: it makes no virtual environments. On Debian: apt-get install python3-venv" >&2; exit 2; }
	@touch $@

$(VENV)/.installed: requirements.txt $(VENV)/.made
	@echo "Installing the packages, once ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.tools: tests/requirements.txt $(VENV)/.installed
	@echo "Installing what the tests need, once ..."
	@$(PIP) -r tests/requirements.txt
	@touch $@
