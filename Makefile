# The verbs of Maille. `make help` lists them; CI calls these and nothing else.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
WEB := api/web
ASSETS := api/static/dist/manifest.json
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?=
JOBS ?= 2

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

# Scripts and style sheets of the pages. Without npm the pages work still, and each says what it lacks.
$(ASSETS): $(addprefix $(WEB)/,package.json package-lock.json build.mjs) $(wildcard $(WEB)/src/*)
	@if ! command -v npm >/dev/null; then \
	  echo "npm is missing: no map, charts or SPARQL editor in the pages (Debian: apt-get install nodejs npm)"; \
	elif cd $(WEB) && echo "Bundling the scripts of the pages into $(@D)" && \
	  { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --loglevel=error --ignore-scripts; } && \
	  npm run --silent build; then :; \
	else echo "The scripts of the pages could not be bundled (npm said why): no map, charts or SPARQL editor in them"; fi

setup: $(VENV)/.installed $(ASSETS) ## install everything into .venv, and bundle the scripts of the pages

# Exit code 1 of a build means: published, with rows rejected or warnings to look at. It is a success here.
build: setup ## build the embedded graph into ./var
	@$(BIN)/maille build $(if $(DATA),--data '$(DATA)',) || [ $$? -eq 1 ]

serve: build ## install, build the graph and serve it (HOST=, PORT=, DATA=)
	@exec $(BIN)/maille serve --host $(HOST) --port $(PORT)

# Whole files go to one worker each: what they share stays in one process. Those that flood a service run alone.
test: setup ## install and run every test (JOBS= of them at once)
	$(BIN)/pytest -n $(JOBS) --dist loadfile --ignore tests/abuse tests
	$(BIN)/pytest tests/abuse

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
	rm -rf $(VENV) .typing build *.egg-info .mypy_cache .pytest_cache .ruff_cache $(dir $(ASSETS)) $(WEB)/node_modules
