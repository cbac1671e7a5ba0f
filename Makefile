# Similis: everything a clone needs, with nothing but Python 3.11+ and make.
#
#   make demo    install the pinned versions into .venv, run the main job on the sample catalogue
#   make test    install what the tests need, run them           (make test ARGS="-k store -x")
#   make check   style, format and types
#   make bench   install what the benchmarks need, run them      (make bench ARGS="--help")
#   make clean   remove .venv and caches
#
# Another interpreter: make PYTHON=python3.12 demo

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test check bench clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   make/  make/p' Makefile

demo: $(VENV)/.core
	@$(BIN)/similis demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(ARGS)

# mypy refuses a folder without Python files.
CHECKED = $(foreach d,src tests benchmarks scripts,$(if $(shell find $(d) -name '*.py' 2>/dev/null | head -n 1),$(d)))

check: $(VENV)/.dev
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy $(CHECKED)

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist build

# One editable install serves every target: the extras only add to it, so no target undoes another's work.
$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Similis and its pinned dependencies into $(VENV) ..." >&2
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Similis and what its tests need into $(VENV) ..." >&2
	@$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.core

$(VENV)/.bench: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Similis and what its benchmarks need into $(VENV) (PyTorch among it) ..." >&2
	@$(INSTALL) -e '.[dev,bench]'
	@touch $@ $(VENV)/.core $(VENV)/.dev

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || \
		{ echo "Similis needs Python 3.11 or newer, and '$(PYTHON)' was not found; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Similis needs Python 3.11 or newer, '$(PYTHON)' is $$($(PYTHON) --version 2>&1); name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ rm -rf $(VENV); echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
