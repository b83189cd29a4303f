# make demo     the example contracts, in build/
# make test     every check of the project (LibreOffice must be installed: it counts the numbers of the Word files)
# make coverage which lines of the program the tests run
# make nightly  the properties at twenty times their length, all examples, and what else takes long
# make versions every version of Python that this machine has builds the same files
# make pictures the pages that README.md shows
# make bench    how long a contract takes, and a condition, each beside other engines
# make fuzz     what reads from outside, on new input: a minute a target, or SECONDS=600, SEED=7, TARGETS="source word"
# make mutants  how many planted faults of the library are found
# make sbom     the bill of materials, in build/
# make code-mutants  the same for the program: how many planted faults its tests notice (an hour or more)
# make pins     new versions of the libraries, with their hashes
# make clean    back to a fresh clone
#
# Python 3.11 or later with its venv module is all that must be there.

.DELETE_ON_ERROR:
.PHONY: demo test coverage nightly mutants pictures bench pins sbom code-mutants fuzz versions clean

PYTHON := $(shell for p in python3.11 python3 python3.12 python3.13; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
INSTALL := $(PIP) install --require-hashes --no-build-isolation
BUILD := build
NODE := node_modules/.package-lock.json
PEERS := bench/node_modules/.package-lock.json

# An example that shows a salesman's mistakes builds nothing.
DEALS := $(foreach deal,$(wildcard contracts/*.yaml),$(if $(findstring -erreurs,$(deal)),,$(deal)))

demo: $(VENV)/demo
	@$(BIN)/clausier build $(DEALS) -o $(BUILD) --to docx,html --quiet

test: $(VENV)/dev $(NODE)
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format: run $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --strict generator
	@$(BIN)/python -m pytest --quiet --numprocesses=2 --dist=loadfile
	@$(BIN)/clausier library lint
	@$(BIN)/clausier library prove

nightly: $(VENV)/dev $(NODE)
	@$(BIN)/python -m pytest --quiet --numprocesses=2 --dist=worksteal --hypothesis-profile=nightly

coverage: $(VENV)/dev $(NODE)
	@$(BIN)/coverage run -m pytest --quiet
	@$(BIN)/coverage report

versions: $(VENV)/build
	@$(BIN)/python -m tests.versions

pictures: $(VENV)/dev
	@$(BIN)/python -m tests.pictures

bench: $(VENV)/bench $(PEERS)
	@$(BIN)/python -m bench

mutants: $(VENV)/dev
	@$(BIN)/python -m tests.mutants

sbom: $(VENV)/dev
	@$(BIN)/python -m supply.sbom $(BUILD)/clausier.cdx.json

code-mutants: $(VENV)/dev
	@$(BIN)/python -m tests.code_mutants

TARGETS :=
SECONDS := 60
SEED :=
ENGINE := plain
fuzz: $(VENV)/fuzz
	@$(BIN)/python -m tests.fuzz $(TARGETS) --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) --engine $(ENGINE)

clean:
	rm -rf $(VENV) $(BUILD) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov
	rm -rf node_modules bench/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the environment, made again only when a list of libraries changes

$(VENV)/demo: requirements.txt $(VENV)/build
	@echo "installing the libraries into $(VENV)"
	@$(INSTALL) -r requirements.txt
	@# One line in a .pth file; by default setuptools puts an import hook there, which costs every command 40 ms.
	@$(PIP) install --no-build-isolation --no-deps --config-settings editable_mode=compat --editable .
	@# pip compiles what it copies, which this is not: the first command would, or every one where none may write.
	@$(BIN)/python -m compileall -q generator
	@touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/demo
	@echo "installing the tools of the tests into $(VENV)"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

# What the tests need from npm: the accessibility checks and the validator of Word files.
$(NODE): package-lock.json package.json
	@npm ci --no-progress --silent
	@touch $@

# The engines of Node that make bench measures beside Clausier.
$(PEERS): bench/package-lock.json bench/package.json
	@cd bench && npm ci --no-progress --silent
	@touch $@

$(VENV)/bench: requirements-bench.txt $(VENV)/dev
	@echo "installing the peers of the benchmarks into $(VENV)"
	@$(INSTALL) -r requirements-bench.txt
	@touch $@

$(VENV)/fuzz: requirements-fuzz.txt $(VENV)/dev
	@echo "installing the fuzzer into $(VENV)"
	@$(INSTALL) -r requirements-fuzz.txt
	@touch $@

$(VENV)/build: requirements-build.txt pyproject.toml setup.py
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, with its venv module"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements-build.txt
	@touch $@

# Hashes of the public registry only: what the machine adds to pip's configuration is left out.
PINS := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= .cache/pins/bin/pip-compile --quiet --upgrade \
	--generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

pins:
	$(PYTHON) -m venv .cache/pins
	.cache/pins/bin/pip install --quiet pip-tools
	$(PINS) --no-annotate --only-build-deps --build-deps-for editable -o requirements-build.txt pyproject.toml
	$(PINS) -o requirements.txt pyproject.toml
	$(PINS) --extra dev --constraint requirements.txt -o requirements-dev.txt pyproject.toml
	$(PINS) --extra dev --extra bench --constraint requirements-dev.txt -o requirements-bench.txt pyproject.toml
	$(PINS) --extra fuzz --constraint requirements-dev.txt -o requirements-fuzz.txt pyproject.toml
	sed -i -e '/^# The following packages/d' -e '/^$$/d' requirements*.txt
