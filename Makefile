# Two commands do everything on a fresh machine: make train, make test.
PYTHON ?= python3
EPOCHS ?= 12
# More parameters of /train, such as ARGS="seed=7 batch_size=256".
ARGS ?=
# Not empty: measure epochs of the whole of MNIST, which takes most of an hour.
FULL ?=
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: setup train demo check test bench bundle clean

train: $(VENV)/ready ## Train the MNIST convnet through a chat in the terminal
	$(BIN)/python -m bot say "/train epochs=$(EPOCHS) $(ARGS)"

demo: $(VENV)/ready ## Chat with a bot in the browser, without Telegram
	$(BIN)/python -m bot demo

setup: $(VENV)/ready-dev ## Everything that tests and checks need

check: $(VENV)/ready-dev ## Lint, types, contracts between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: $(VENV)/ready-dev ## The whole test suite
	$(BIN)/python -m pytest

bench: $(VENV)/ready-dev ## Measure; writes docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks $(if $(FULL),--full)

bundle: $(VENV)/python-checked ## Build the wheel to put into Drive: dist/coltrain-….whl
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean: ## Remove the environment and what tools left behind
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/python-checked:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Coltrain needs Python 3.11 or newer. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready: $(VENV)/python-checked pyproject.toml constraints.txt
	@echo "Installing TensorFlow, Keras and the bot into $(VENV) (a few minutes the first time) …"
	$(INSTALL) -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(INSTALL) -e '.[dev]'
	@touch $@
