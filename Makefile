# Two commands matter: `make demo` and `make test`. Whatever they need is made first, and only when what it is
# made from has changed.
#
#   make demo                 the demonstration, at http://127.0.0.1:8000/ (PORT=8001 for another port)
#   make demo ARGS=--once     a whole simulated year on a database of its own, and then an end
#   make test                 every test, on every core (ARGS="tests/panel -q" for some)
#   make format               lay out Python and templates as check wants them
#   make check                the linters, the types, and what Django checks of itself
#   make lock                 write the lock files again from what pyproject.toml and package.json ask for
#   make clean                take away all that was made, the demonstration's database too

PY ?= python3
PORT ?= 8000
ARGS ?=
LOG_LEVEL ?= WARNING
# How many processes run the tests, each with a database of its own. A file's tests stay together and files keep
# their order, in which the long walk through a browser comes early.
WORKERS ?= auto
export PY

PYTHON := .venv/bin/python
# Settings of a real installation that happen to lie in the environment must not reach the demonstration.
DEMO := env -u DATABASE_URL -u CELERY_BROKER_URL -u EMAIL_URL -u DEBUG BEACONS_DEMONSTRATION=1 LOG_LEVEL=$(LOG_LEVEL)
MANAGE_DEMO := $(DEMO) $(PYTHON) manage.py
MANAGE_YEAR := $(DEMO) SQLITE_PATH=var/year.sqlite3 $(PYTHON) manage.py

# Each stamp tells that its step ended well.
VENV := .venv/.ready
NODE := node_modules/.ready
ASSETS := static/build/.ready
STATIC := var/.static
DATA := var/.data

ROOMS := beacons outcomes panel grants
# What the database of the demonstration is made from: its shape, its reference tables, and its loaders.
FACTS := $(shell find $(ROOMS) \( -path '*/migrations/*.py' -o -path '*/data/*' -o -path '*/management/commands/load_*' \) -type f)
PAGES := $(shell find static -type f -not -path 'static/build/*' -not -path 'static/scss/*')

.DELETE_ON_ERROR:
.PHONY: demo test format check assets lock clean again

ifneq ($(filter --once,$(ARGS)),)
demo: $(STATIC)
	@rm -f var/year.sqlite3*
	@$(MANAGE_YEAR) migrate -v 0
	@$(MANAGE_YEAR) simulate_year $(filter-out --once,$(ARGS))
else
demo: $(STATIC) $(DATA)
	@exec $(MANAGE_DEMO) up --port $(PORT) $(ARGS)
endif

test: $(VENV) $(ASSETS)
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# djade ends with 1 when it has changed a file, which is what it was asked for.
format: $(VENV)
	@.venv/bin/ruff check --quiet --fix --exit-zero .
	@.venv/bin/ruff format .
	@.venv/bin/djade --target-version 5.2 $$(find templates -name '*.html') || test $$? -eq 1

check: $(VENV)
	@scripts/check

assets: $(ASSETS)

$(VENV): requirements.lock scripts/ensure-venv
	@echo "Making the virtual environment"
	@scripts/ensure-venv .venv requirements.lock
	@touch $@

$(NODE): package-lock.json
	@scripts/ensure-npm
	@echo "Fetching what the stylesheet is built from"
	@npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error
	@touch $@

$(ASSETS): $(NODE) scripts/build-assets $(wildcard static/scss/*.scss)
	@scripts/build-assets
	@touch $@

$(STATIC): $(VENV) $(ASSETS) $(PAGES)
	@$(MANAGE_DEMO) collectstatic --noinput --clear -v 0
	@touch $@

# A database taken away by hand is made again.
$(DATA): $(VENV) $(FACTS) $(if $(wildcard var/beacons.sqlite3),,again)
	@mkdir -p var
	@$(MANAGE_DEMO) migrate -v 0
	@$(MANAGE_DEMO) load_demo
	@touch $@

lock:
	@scripts/lock $(ARGS)

clean:
	rm -rf .venv node_modules static/build var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
