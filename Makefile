# `make demo` and `make test` set everything up by themselves, in .venv, and start in seconds the second time. `make setup-piper`
# adds what piper's voices need to it, 200 MB. Other engines that run models need a second, optional environment: `make
# setup-models` makes it in .venv-models, 8 GB.
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
MODELS := .venv-models/bin
# uv trusts what the machine trusts, as pip does.
export UV_SYSTEM_CERTS := 1

.PHONY: demo test test-models check lock clean setup setup-piper setup-models

demo: .venv/.ready
	$(BIN)/reels make examples/three-habits.yaml --yes

test: .venv/.ready-dev
	$(BIN)/python -m pytest

test-models: .venv-models/.ready
	$(MODELS)/python -m pytest tests/models

check: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/make_schemas.py --check
	$(BIN)/python docs/make_pages.py --check

setup: .venv/.ready

# A mark that stays makes every later set contain piper too.
setup-piper: | $(BIN)/uv
	@test -f .venv/.piper || rm -f .venv/.ready
	@touch .venv/.piper
	@$(MAKE) --no-print-directory .venv/.ready

setup-models: .venv-models/.ready

$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed: install one, or say 'make PYTHON=/path/to/python3.11'"; exit 3; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

# The development set contains the default one, and piper, so either file makes the other's programs run.
.venv/.ready: requirements.txt requirements-piper.txt pyproject.toml | $(BIN)/uv
	@if [ -f .venv/.ready-dev ] && [ ! requirements-dev.txt -nt .venv/.ready-dev ]; then touch $@; else \
	  $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes \
	    $$(test -f .venv/.piper && echo requirements-piper.txt || echo requirements.txt) && \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable . && rm -f .venv/.ready-dev && touch $@; fi

.venv/.ready-dev: requirements-dev.txt pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch .venv/.ready .venv/.ready-dev

.venv-models/.ready: requirements-models.txt pyproject.toml | $(BIN)/uv
	@test -x $(MODELS)/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv-models
	$(BIN)/uv pip sync --quiet --python $(MODELS)/python --require-hashes requirements-models.txt
	$(BIN)/uv pip install --quiet --python $(MODELS)/python --no-deps --editable .
	@touch $@

# Writes the requirement files anew from pyproject.toml: every platform, hashes, no address of an index.
lock: | $(BIN)/uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --upgrade -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes -c requirements-dev.txt \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra piper --universal --python-version 3.11 --generate-hashes \
	  -c requirements-dev.txt --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements-piper.txt
	$(BIN)/uv pip compile pyproject.toml --extra models-test --universal --python-version 3.11 --generate-hashes \
	  -c requirements-dev.txt --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements-models.txt

clean:
	rm -rf .venv .venv-models out .reels
