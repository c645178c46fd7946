# Nền Nếp. `make run` starts the program, `make test` checks everything. Both need python3 (3.11 or newer) and make.
# Settings: PORT=8000, HOST=127.0.0.1, NENNEP_DATA_DIR=var, NENNEP_DATABASE_URL= (SQLite when empty), PYTHON=python3.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
IN = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run setup test check fix openapi messages bench mutate docs lock setup-dev

help: ## this list
	@$(PYTHON) tools/list_commands.py Makefile

run: setup ## set up, load the demonstration commune once, serve, print address and accounts
	@exec $(IN) manage.py serve --demonstration --host "$(HOST)" --port "$(PORT)"

setup: ## only the environment in .venv
	@$(PYTHON) tools/set_up.py run

setup-dev:
	@$(PYTHON) tools/set_up.py dev

test: setup-dev ## everything: style, types, contracts, tests on SQLite and PostgreSQL, journeys in a browser
	@exec $(IN) -m tools.run_checks all

check: setup-dev ## only what needs no test run: style, types, contracts, migrations
	@exec $(IN) -m tools.run_checks static

fix: setup-dev ## mend what style checks can mend by themselves
	@$(IN) -m ruff check --fix-only --quiet .
	@$(IN) -m ruff format --quiet .

openapi: setup-dev ## write docs/openapi.json anew
	@$(IN) -m tools.write_openapi

messages: setup-dev ## collect new strings into every locale/en
	@$(IN) -m tools.collect_messages

bench: setup-dev ## all benchmarks, one after the other
	@$(IN) -m tools.run_benchmarks

mutate: setup-dev ## change one thing at a time in rules and services, see which no test notices; CONTEXT=duties SAMPLE=60 SEED=1
	@$(IN) -m tools.mutate $(CONTEXT) --sample=$(or $(SAMPLE),60) --seed=$(or $(SEED),1)

docs: setup-dev ## write the generated documents anew
	@$(IN) -m tools.write_permissions

lock: setup-dev ## lock requirements/*.txt anew from pyproject.toml (needs uv)
	@$(IN) -m tools.lock_requirements
