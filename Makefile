# Two commands do everything on a fresh machine: make train, make test.
PYTHON ?= python3
EPOCHS ?= 12
# More parameters of /train, such as ARGS="seed=7 batch_size=256"; or options of make faults.
ARGS ?=
# Not empty: measure epochs of the whole of MNIST, which takes most of an hour.
FULL ?=
VENV := .venv
OTHER ?= python3.13
BIN := $(VENV)/bin
QUIETLY := --quiet --disable-pip-version-check
# Most tests wait for a process or a message most of the time.
AT_ONCE := -n 3
AGAIN := --last-failed --last-failed-no-failures none
INSTALL := $(BIN)/python -m pip install $(QUIETLY) -c constraints.txt

.PHONY: setup train demo check test test-again test-other test-other-again faults bench screenshots bundle clean

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
	$(BIN)/python -m pytest $(AT_ONCE)

test-again: ## Of the tests only those that failed last, one after the other
	$(BIN)/python -m pytest $(AGAIN)

test-other: ## The tests that need no Keras, on another Python: make test-other OTHER=python3.13
	$(OTHER) -m venv --clear $(VENV)-other
	grep -vE '^(tensorflow|keras)==' constraints.txt > $(VENV)-other/requirements.txt
	$(VENV)-other/bin/python -m pip install $(QUIETLY) --no-deps -r $(VENV)-other/requirements.txt -e .
	$(VENV)-other/bin/python -m pytest $(AT_ONCE) -m 'not keras and not browser' --ignore-glob='tests/training/test_*.py' --ignore-glob='*_trained.py'

test-other-again: ## Of these only those that failed last, one after the other
	$(VENV)-other/bin/python -m pytest $(AGAIN)

faults: $(VENV)/ready-dev ## Kill, cut off and damage, and count what was lost: make faults ARGS=--quick
	$(BIN)/python -m tests.faults $(ARGS)

bench: $(VENV)/ready-dev ## Measure; writes docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks $(if $(FULL),--full)

screenshots: $(VENV)/ready-dev ## Walk through the demo in a browser; writes docs/images/*.png
	$(BIN)/python -m tests.screenshots

bundle: $(VENV)/python-checked ## Build the wheel to put into Drive: dist/coltrain-….whl
	@rm -rf build # setuptools would pack what an earlier build left there
	$(BIN)/python -m pip wheel $(QUIETLY) --no-deps --wheel-dir dist .

clean: ## Remove the environment and what tools left behind
	rm -rf $(VENV) $(VENV)-other build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/python-checked:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
		echo "Coltrain needs Python 3.11, 3.12 or 3.13: TensorFlow has no build for others yet."; \
		echo "If you have one of them, name it: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready: $(VENV)/python-checked pyproject.toml constraints.txt
	@echo "Installing TensorFlow, Keras and the bot into $(VENV) (a few minutes the first time) …"
	$(INSTALL) -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(INSTALL) -e '.[dev]'
	@touch $@
