# `make run` shows the portal, `make test` proves it. Both set up everything they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
MO     := $(patsubst %.po,%.mo,$(shell find portal/translations -name '*.po' 2>/dev/null))

.DEFAULT_GOAL := help
.PHONY: help install run test check faults bench machines recovery bench-search audit attack sbom screenshots translations lock browser nginx clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/ready $(MO)  ## start portal and worker on http://127.0.0.1:8000 (PORT changes it), Ctrl-C stops both
	@$(BIN)/flask --app app setup --demo
	@trap '' INT; $(BIN)/python -P portal/running.py

# Whatever the times of its files say: a version that was unpacked over another one may be older than what that one made.
# The user of the services may write nothing here, so Python's own files are made now and not at every start.
install: $(VENV)/bin/python  ## environment and catalogs, for a server; again after every upgrade
	@$(BIN)/pip -qq --disable-pip-version-check install --require-hashes -r requirements.txt
	@touch $(VENV)/ready
	@for catalog in $(MO:.mo=); do $(BIN)/pybabel -q compile -i $$catalog.po -o $$catalog.mo; done
	@$(BIN)/python -m compileall -q app.py portal

test: $(VENV)/dev-ready $(MO) browser nginx  ## every test, in HTTP and in a browser; what goes through a database on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/dev-ready $(MO)  ## style, types, rules of the house, content, known weaknesses of packages
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/house
	@$(BIN)/flask --app app check-content
	@$(BIN)/python -m bench.packages advisories

sbom: $(VENV)/dev-ready  ## the list of all packages with licences and hashes, in build/sbom.json (CycloneDX)
	@mkdir -p build && $(BIN)/python -m bench.packages sbom build/sbom.json

faults: $(VENV)/dev-ready $(MO)  ## everything that may break is broken, with a table of what was seen (some faults need Linux and root)
	@command -v redis-server >/dev/null && command -v gcc >/dev/null || { apt-get -qq update && apt-get -qq install -y redis-server gcc libc6-dev >/dev/null; } || true
	@PORTAL_FAULTS=1 $(BIN)/python -m pytest -n 0 tests/faults tests/notifications/test_killed.py tests/journeys/test_draining.py tests/journeys/test_serving.py $(ARGS)

bench: $(VENV)/dev-ready $(MO)  ## speed, memory and growth up to a million questions, beside minimal yardsticks; ARGS="--sizes small,middle" is shorter
	@$(BIN)/python -m bench.everything $(ARGS)

machines: $(VENV)/dev-ready $(MO)  ## two machines with nginx, PostgreSQL, Redis, object storage: one is killed, both are renewed and migrated (needs Linux and root)
	@command -v nginx >/dev/null && command -v redis-server >/dev/null && command -v ip >/dev/null || { apt-get -qq update && apt-get -qq install -y nginx-light redis-server iproute2 curl >/dev/null; }
	@$(BIN)/python -m bench.machines $(ARGS)

recovery: $(VENV)/dev-ready $(MO)  ## from a backup of 100,000 questions to a running portal, with the time of each step
	@$(BIN)/python -m bench.recovery $(ARGS)

bench-search: $(VENV)/dev-ready $(MO)  ## quality and speed of the search
	@$(BIN)/python -m bench.search_quality

audit: $(VENV)/dev-ready $(MO) browser  ## Lighthouse and the Nu HTML checker on the running portal (needs npm and Java)
	@$(BIN)/python -m bench.audit

screenshots: $(VENV)/dev-ready $(MO) browser  ## the pictures of README.md and docs/
	@$(BIN)/python -m bench.screenshots

attack: $(VENV)/dev-ready $(MO)  ## fuzzers and a scanner against a portal of its own on the loopback address; ARGS="--examples 250 --minutes 10"
	@command -v wapiti >/dev/null || { $$(command -v sudo || true) apt-get -qq update && $$(command -v sudo || true) apt-get -qq install -y wapiti >/dev/null; } || echo "wapiti could not be installed: the fuzzers run alone."
	@$(BIN)/python -m bench.attack $(ARGS)

# The informal catalog has only what addresses the reader, and is filled by hand: it is written anew in its order.
translations: INFORMAL := portal/translations/informal/de/LC_MESSAGES/messages.po
translations: $(VENV)/dev-ready  ## collect every sentence into the catalogs, in their order
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _l -k lazy_gettext --no-location --sort-output --project portal --version 1 -o build-messages.pot .
	@for language in de en; do $(BIN)/pybabel -q update -i build-messages.pot -d portal/translations -l $$language --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete; done
	@rm build-messages.pot
	@$(BIN)/python -c "import sys; from babel.messages.pofile import read_po, write_po; read = read_po(open(sys.argv[1], 'rb')); write_po(open(sys.argv[1], 'wb'), read, sort_output=True)" $(INFORMAL)

lock: $(VENV)/dev-ready  ## choose newest allowed versions and write them down with hashes
	@$(BIN)/pip -q install uv
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-strip-markers --python-version 3.11.2 --no-header requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --python-version 3.11.2 --no-header requirements-objects.in -o requirements-objects.txt
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --python-version 3.11.2 --no-header requirements-meaning.in -o requirements-meaning.txt
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-strip-markers --python-version 3.11.2 --no-header requirements-dev.in -o requirements-dev.txt

browser: $(VENV)/dev-ready
	@$(BIN)/python tests/browser.py

# In CI every test must run; elsewhere the one that asks nginx itself is left out where there is none.
nginx:
	@[ -z "$$CI" ] || { { command -v nginx || [ -x /usr/sbin/nginx ]; } && command -v openssl; } >/dev/null || { apt-get -qq update && RUNLEVEL=1 apt-get -qq install -y --no-install-recommends nginx-light openssl >/dev/null; }

clean:  ## remove the environment and everything that can be made again
	rm -rf $(VENV) instance .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Debian keeps the module that makes environments in a package of its own.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The portal needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); echo "Installing python3-venv …"; \
	  $$(command -v sudo || true) apt-get -qq update && $$(command -v sudo || true) apt-get -qq install -y python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); }

$(VENV)/ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the portal needs …"
	@$(BIN)/pip -qq --disable-pip-version-check install --require-hashes -r requirements.txt
	@touch $@

# An environment begins with the old pip that Python brings; the pinned one installs all others in half the time.
$(VENV)/dev-ready: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need …"
	@sed -n '/^pip==/,/[^\\]$$/p' $< >$(VENV)/pip.txt
	@$(BIN)/pip -qq --disable-pip-version-check install --no-compile --require-hashes -r $(VENV)/pip.txt
	@$(BIN)/pip -qq --disable-pip-version-check install --no-compile --require-hashes -r $<
	@touch $@ $(VENV)/ready

%.mo: %.po | $(VENV)/bin/python
	@test -e $(VENV)/ready || $(MAKE) --no-print-directory $(VENV)/ready
	@$(BIN)/pybabel -q compile -i $< -o $@
