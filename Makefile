# The hub's commands. `make` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export HUB_MODE ?= demo
unexport PYTHONDONTWRITEBYTECODE # the hub is started many times: what Python compiled once is kept
# A worker more than the two processors that the suite is meant for: some tests wait, for a process or for half a minute.
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder
# Asked once, by test-sqlite: what has no database, or a SQLite of its own, and what each page looks like and weighs. The same
# pages are walked through on both engines (tests/web/test_every_page.py), and so are the journeys in a browser.
ASKED_ONCE := tests/attack tests/house tests/law tests/browser/test_pages_of_* tests/browser/test_weight.py

.PHONY: help install test-install run demo test test-sqlite test-postgresql check screenshots bench simulate-rhi chaos attack audit lock permissions docs clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11 to 3.13 is needed; say which with PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

INDEX := $(or $(HUB_DATA_DIR),data)/postcodes.idx

install: $(VENV)/run.stamp $(INDEX) ## make .venv from the lock file and build the postcode index

$(INDEX): $(VENV)/run.stamp
	@$(BIN)/hub directory build-postcodes --if-needed
	@touch $@

test-install: $(VENV)/dev.stamp
	@$(BIN)/python tests/single_sign_on/real_provider.py
	@$(BIN)/python tests/browser/chromium.py

run: install ## start the hub, its worker and a mail catcher; Ctrl-C stops them
	@exec $(BIN)/python -m hub.up

demo: install ## play the story against the running hub
	@$(BIN)/hub demo

test: test-sqlite test-postgresql ## run the whole suite on SQLite and on PostgreSQL

test-sqlite: test-install
	env -u HUB_TEST_DATABASE_URL $(PYTEST) tests

test-postgresql: test-install
	$(BIN)/python tests/postgres_server.py $(PYTEST) tests $(ASKED_ONCE:%='--ignore-glob=%')

check: test-install ## lint, types and house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive hub attack --severity-level medium
	$(BIN)/pytest tests/house

screenshots: test-install ## picture every page, wide and narrow, into docs/screenshots
	HUB_SCREENSHOTS=docs/screenshots $(PYTEST) tests/browser -k pages_of

bench: test-install ## measure, beside references in the same run
	$(BIN)/python tests/postgres_server.py --durable $(BIN)/python -m bench

simulate-rhi: test-install ## simulate a national year of return home interviews, with the broker and by e-mail
	$(BIN)/python -m bench.simulate_rhi

chaos: test-install ## kill the worker fifty times and look for what is lost
	$(BIN)/python tests/postgres_server.py $(BIN)/python -m bench.chaos

attack: test-install ## attack a running hub and show how each attempt is refused
	$(BIN)/python -m attack

audit: test-install ## ask whether a locked library has a known weakness
	$(BIN)/pip-audit --require-hashes -r requirements/run.txt
	$(BIN)/pip-audit --require-hashes -r requirements/dev.txt

lock: test-install ## resolve the lock files anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra test --extra dev pyproject.toml -o requirements/dev.txt

permissions: install ## print who may ask what: every route by every role
	@$(BIN)/hub permissions

docs: install ## write the generated pages, and every sentence to translate, anew
	$(BIN)/hub docs

clean: ## remove the environment and the demonstration data
	rm -rf $(VENV) data
