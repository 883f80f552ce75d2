# The verbs of Maille. `make help` lists them; CI calls these and nothing else.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?=

.DEFAULT_GOAL := help
.PHONY: help setup build serve test check format bench clean

help: ## list the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 10

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV): about a minute, once"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@mkdir -p .typing/maille
	@for room in ontology shapes store loaders api; do ln -sfn ../../$$room .typing/maille/$$room; done
	@touch $@

setup: $(VENV)/.installed ## install everything into .venv

# Exit code 1 of a build means: published, with rows rejected or warnings to look at. It is a success here.
build: setup ## build the embedded graph into ./var
	@$(BIN)/maille build $(if $(DATA),--data '$(DATA)',) || [ $$? -eq 1 ]

serve: build ## install, build the graph and serve it (HOST=, PORT=, DATA=)
	@exec $(BIN)/maille serve --host $(HOST) --port $(PORT)

test: setup ## install and run every test
	$(BIN)/pytest

check: setup ## ruff, mypy strict, the import contract, the checks of the ontology
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/ontology

format: setup ## let ruff put the code in order, and Turtle in its canonical form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m maille.ontology.turtle

bench: setup ## measure against peers and write bench/RESULTS.md
	$(BIN)/python -m bench.run

clean: ## remove what was installed and built, never var/
	rm -rf $(VENV) .typing build *.egg-info .mypy_cache .pytest_cache .ruff_cache
