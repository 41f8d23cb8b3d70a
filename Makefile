# The ways into the portal; `make help` lists them. GNU make >= 4.3 and a POSIX shell.
# HOST, PORT and SANDBOX_PORT may be given (make run PORT=9000); DATABASE_URL and REDIS_URL switch to PostgreSQL and Redis.
MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/sh
.DEFAULT_GOAL := help
.ONESHELL:
.NOTPARALLEL:
.SHELLFLAGS := -eu -c

BIN := .venv/bin
PYTHON := $(BIN)/python
UV := $(firstword $(shell command -v uv 2>/dev/null) $(wildcard $(BIN)/uv))
COMPILE = "$(UV)" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
CODE := manage.py enamad_portal applications licensing inspections complaints deploy

HOST ?= 127.0.0.1
PORT ?= 8000
SANDBOX_PORT ?= 8001
export HOST PORT SANDBOX_PORT
export RUFF_CACHE_DIR := var/cache/ruff

.PHONY: help setup setup-test debian run demo test check fix bench bare-check lock doctor clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv and install what the portal needs (only when requirements changed)
	@sh deploy/setup.sh sandbox

setup-test:
	@sh deploy/setup.sh test

debian:
	@sh deploy/debian.sh

run: setup ## the portal with demo data on http://HOST:PORT/, until Ctrl-C
	@exec $(PYTHON) -m deploy.supervise --die-with-parent --cast

demo: setup ## from sign-up to a live badge over HTTP, then keep the portal up (EXIT=1: stop after the job)
	@exec $(PYTHON) -m deploy.supervise --die-with-parent --demo $(if $(filter 1,$(EXIT)),--exit)

test: debian setup-test ## every check CI runs: lint, types, imports, both databases, Redis, browser, production smoke
	@exec $(PYTHON) -m deploy.checks all

check: setup-test ## the fast half of `make test`: lint, format, types, imports, migrations, diagrams
	@exec $(PYTHON) -m deploy.checks static

fix: setup-test ## repair what ruff can repair, format, redraw the lifecycle diagrams
	@$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .
	$(PYTHON) manage.py draw_lifecycles

bench: debian setup-test ## the benchmarks; prints the tables that the README quotes
	@exec $(PYTHON) -m deploy.private_services -- $(PYTHON) -m benchmarks

bare-check: ## (root) `make demo EXIT=1` in a chroot that holds only Python with venv, git and make
	@exec sh deploy/bare_check.sh

lock: ## rewrite requirements/*.txt from the bounds in pyproject.toml (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv: python3 -m pip install uv" >&2; exit 1; }
	$(COMPILE) --output-file requirements/runtime.txt pyproject.toml
	$(COMPILE) --constraint requirements/runtime.txt --group sandbox --output-file requirements/sandbox.txt pyproject.toml
	$(COMPILE) --constraint requirements/sandbox.txt --group sandbox --group test --output-file requirements/test.txt pyproject.toml

doctor: setup ## what is missing on this machine, each with the one command that mends it
	@exec $(PYTHON) manage.py doctor

clean: ## remove everything generated (var/: data of the embedded portal too)
	@rm -rf var .mypy_cache .ruff_cache .hypothesis .import_linter_cache
