# Two commands set everything up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo example attack audit compat bench faults fuzz test test-all lint format lock system-packages clean help

help:            ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies (about 1.5 GB, a minute or two) …"
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-for-tests: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests and linters need …"
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.installed   ## demonstration home with synthetic people, from inbox to release
	@test -e demo/evaluation.yaml || $(BIN)/ieguvumi demo demo
	$(BIN)/ieguvumi run demo

example: $(VENV)/.installed-for-tests   ## a public before/after data set as a home of its own
	$(BIN)/python docs/example/anorexia.py example/home
	$(BIN)/ieguvumi run example/home

test: $(VENV)/.installed-for-tests   ## the test suite, under three minutes
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-all: $(VENV)/.installed-for-tests   ## also what is slow or needs a browser, poppler, a running Dagster
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "slow or not slow"

SIZES ?= 200 11000
bench: $(VENV)/.installed   ## how long the main job (needs `make demo` before) and each stage take (SIZES="… persons")
	$(BIN)/python bench/main_job.py demo
	$(BIN)/python bench/whole_pipeline.py $(SIZES)
	$(BIN)/python bench/scoring.py
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/score_change.py
	$(BIN)/python bench/validation.py

attack: $(VENV)/.installed-for-tests   ## attack the public tables of 200 random programmes, with earlier releases too
	PROGRAMMES=200 $(BIN)/python -m pytest -n 2 -m "slow or not slow" tests/pipeline/disclosure/test_attack.py \
	  tests/pipeline/disclosure/test_earlier_releases.py

fuzz: $(VENV)/.installed-for-tests   ## 60 000 examples of files that come in and of files that are damaged
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n 2 tests/pipeline/submissions/test_round_trip.py \
	  tests/pipeline/submissions/test_conservation.py::test_every_row_is_accounted_for \
	  tests/pipeline/submissions/test_large_files.py::test_damaged_codes_give_what_damaged_texts_give

faults: $(VENV)/.installed-for-tests   ## kill a run at 50 random moments, and what else servers do (SEED=… repeats it)
	KILLS=50 $(BIN)/python -m pytest -s -m "slow or not slow" tests/assets/test_faults.py \
	  tests/assets/test_publishing.py::test_a_full_disk_leaves_the_old_release_and_a_line \
	  tests/pipeline/submissions/test_hostile_files.py

audit:           ## look the locked packages up among known vulnerabilities (skipped where the service does not answer)
	.ci/audit

COMPATIBLE := 1.1.3 1.4.4 2.0.1
compat: $(VENV)/.installed   ## open the demonstration's release (`make demo` before) with older and newer DuckDB clients
	@for version in $(COMPATIBLE); do \
	  test -x .compat/$$version/bin/python || $(PYTHON) -m venv .compat/$$version || exit 1; \
	  .compat/$$version/bin/python -m pip --disable-pip-version-check install --quiet duckdb==$$version || exit 1; \
	  .compat/$$version/bin/python tests/compatibility/open_release.py demo/releases/latest/research.duckdb || exit 1; \
	done

lint: $(VENV)/.installed-for-tests   ## linters and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed-for-tests   ## put the code into its layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:            ## renew the lock files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate \
	  --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate \
	  --all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock

system-packages: ## what the slow tests need of Debian (as root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium poppler-utils libreoffice-writer \
	  postgresql

clean:           ## remove everything that was made here
	rm -rf $(VENV) demo example
