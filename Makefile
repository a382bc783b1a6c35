# Two commands do everything: `make run` and `make test`. Each does its own set-up, once.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV   := .venv/bin
# The stamps lie below the folder's own path, so that a checkout that was moved is set up anew.
STAMPS := .venv/stamps$(CURDIR)
READY  := $(STAMPS)/run
TESTS  := $(STAMPS)/test
WORDS  := resources/i18n/zh_CN.mo
PARTS  := resources/i18n/zh_CN $(wildcard resources/i18n/zh_CN/*.po)
# Whichever set-up the asked-for command needs anyway also brings the compiler of the words.
BABEL   = $(if $(filter test bench setup-tests,$(MAKECMDGOALS)),$(TESTS),$(READY))
SETUP  := pyproject.toml installer/bootstrap.py installer/system_pieces.py commandcenter/storage/programs.py
TOUR   := build/tour

.PHONY: help setup setup-tests run test check bench lock clean

help:  ## say what there is
	@sed -n 's/^\([a-z-]*\):.*##/  make \1\t/p' Makefile | expand -t 20

setup: $(READY) $(WORDS)  ## set up for running, without starting

setup-tests: $(TESTS) $(WORDS)

$(READY): requirements.lock $(SETUP)
	@$(PYTHON) -m installer.bootstrap --stamp $@

$(TESTS): requirements-dev.lock $(SETUP)
	@$(PYTHON) -m installer.bootstrap --for-tests --stamp $@

$(WORDS): $(PARTS) installer/compile_words.py | $(BABEL)
	@$(VENV)/python -m installer.compile_words

run: $(READY) $(WORDS)  ## open the console on the demonstration district (without a display: take the tour)
	@$(VENV)/commandcenterctl demo
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		exec $(VENV)/commandcenter; \
	else \
		echo "There is no display here, so the guided tour runs instead."; \
		QT_QPA_PLATFORM=offscreen $(VENV)/commandcenter --tour $(TOUR) && \
		echo "Its pictures are in $(CURDIR)/$(TOUR)"; \
	fi

# pytest speaks last, also when the check has found something: both are always told.
test: $(TESTS) $(WORDS)  ## check, then run every test (args="..." goes to pytest)
	@checked=0; $(MAKE) --no-print-directory check || checked=$$?; \
	$(VENV)/python -m pytest -n 2 --dist loadgroup $(args); tested=$$?; \
	[ $$tested -ne 0 ] || [ $$checked -eq 0 ] || tested=$$checked; exit $$tested

check: $(TESTS)  ## read the source: ruff and mypy, both strict
	@found=0; $(VENV)/python -m ruff check . || found=1; \
	$(VENV)/python -m mypy || found=1; exit $$found

bench: $(TESTS) $(WORDS)  ## measure (only="feed map" picks some), also into build/bench.json
	@$(VENV)/python -m tests.benchmarks $(only)

# uv writes one lock for every platform and Python; it is fetched for the purpose and thrown away.
lock:  ## choose the newest allowed versions and write both locks
	@$(PYTHON) -m installer.lock

clean:  ## take away everything that was made here
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis $(WORDS)
