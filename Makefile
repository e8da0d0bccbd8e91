PY ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test faults lint types contract bench evaluate pictures lock clean

setup: $(VENV)/.ready

# One stamp for "installed": remade whenever the lock or the project's metadata changes.
$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PY) is older. Name another with: make PY=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PY) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/monitor demo

# In as many processes as there are processors, at most four; the tests of one file stay together and share what they start.
test: setup
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

# The promises with all their cases (hours): prints a table and writes it into docs/promises.md. One of them alone:
# make faults PROMISE=G4
faults: setup
	@rm -f .faults.jsonl; failed=0; \
	MONITOR_FAULTS=long MONITOR_FAULTS_PROMISE=$(PROMISE) MONITOR_FAULTS_FIGURES=$(CURDIR)/.faults.jsonl \
		$(BIN)/python -m pytest tests/faults -o timeout=7200 || failed=1; \
	$(BIN)/python tests/faults/table.py .faults.jsonl || failed=1; exit $$failed

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contract: setup
	$(BIN)/lint-imports --no-cache

# How well the rules read statements: the part they were tuned on, the part to check against, and the locked part.
evaluate: setup
	@for part in tuning validation locked; do echo "== $$part"; $(BIN)/monitor evaluate tests/data/sentences/$$part.jsonl --worst 0; done

bench: setup
	$(BIN)/python -m benchmarks

# The pictures and plain texts of docs/messages.md, made anew from the messages (needs Debian's chromium).
pictures: setup
	$(BIN)/python -m tests.docs.pictures

# Exact hashed pins for every supported Python, without any registry address in the file: all that work on the project
# needs, and the part of it that a server needs.
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: setup
	$(BIN)/uv pip compile $(LOCK) --all-extras -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --extra postgres --extra browser -c requirements.lock -o deploy/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV)
