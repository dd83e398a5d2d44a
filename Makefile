# make run    set up and do the main job: the default scenario, its answer and its figures
# make test   set up and test (minutes)      make test-all  the slow tests too
# make test-browser   reports and page in Chromium (installed from Debian if it is missing, as root)
# make lint   style and types                make bench     speed, as ratios in one run
# make app    set up with what the page needs, and open it
# make docs   pages made from the code       make gallery   results/gallery from every scenario
# make hindcast   forecasts of what has since been observed, scored (minutes)
# make cases  docs/cases.md from the historical cases
# make validation   docs/validation.md with its figures, and the shipped posterior (some ten minutes)
# make lock   new versions into requirements.lock
# make bench-million   a million runs from the command line, for the page that make bench writes
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev

.PHONY: run app test test-slow test-browser test-all chromium lint types bench bench-million docs hindcast cases validation gallery lock clean
.DEFAULT_GOAL := run

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Wedge needs Python 3.11 or newer; try: make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(READY)

$(DEV): $(READY) requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dev.lock
	@touch $(DEV)

run: $(READY)
	$(BIN)/wedge run --plot

app: $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c requirements-dev.lock --editable '.[app]'
	$(BIN)/wedge app

test: $(DEV)
	$(BIN)/pytest -n auto -m "not slow and not browser"

test-slow: $(DEV)
	$(BIN)/pytest -n auto -m slow

test-browser: $(DEV) chromium
	CI=true $(BIN)/pytest -n auto -m browser tests/browser

chromium:
	@if command -v "$${CHROMIUM:-chromium}" > /dev/null; then exit 0; fi; \
	if [ -n "$${CHROMIUM:-}" ]; then echo "CHROMIUM is $$CHROMIUM, which is no program on this machine"; exit 1; fi; \
	if ! command -v apt-get > /dev/null; then \
	  echo "Chromium is missing, and there is no apt-get; install it, or set CHROMIUM to its file"; exit 1; fi; \
	if [ "$$(id -u)" != 0 ]; then \
	  echo "Chromium is missing; run as root: apt-get update && apt-get install -y chromium"; exit 1; fi; \
	apt-get update && apt-get install -y chromium

test-all: test test-slow

lint: $(DEV)
	$(BIN)/ruff check sim tests benchmarks docs
	$(BIN)/ruff format --check sim tests benchmarks docs
	$(BIN)/mypy

types: $(DEV)
	$(BIN)/mypy

bench: $(DEV)
	$(BIN)/python -m benchmarks

bench-million: $(DEV)
	$(BIN)/python -m benchmarks --million

docs: $(READY)
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_odd.py
	$(BIN)/python docs/make_gallery_page.py
	$(BIN)/python docs/make_tutorial.py

hindcast: $(READY)
	$(BIN)/wedge hindcast

cases: $(READY)
	$(BIN)/python docs/make_cases.py

validation: $(DEV)
	$(BIN)/python docs/make_validation.py

gallery: $(READY)
	$(BIN)/python docs/make_gallery.py
	$(BIN)/python docs/make_gallery_page.py

LOCKED := uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url pyproject.toml
lock: $(READY)
	$(BIN)/$(LOCKED) --extra dev --upgrade -o requirements-dev.lock
	$(BIN)/$(LOCKED) -c requirements-dev.lock -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build dist
