# The commands of this book; `make` lists them. Plain make (3.81 or newer) and sh, nothing else.

BIN := .venv/bin
BUILD := $(if $(OUT),$(OUT)/)_build
PORT ?= 8000
EDITION ?= teacher
PICTURE := chapters/02-eight-weeks-at-the-border.ipynb claims chapters/images/claims.png

.PHONY: help book offline classroom serve notebooks test bench lab lock clean

help: # list the commands
	@sed -n 's/^\([a-z]*\):.* # \(.*\)/make \1|\2/p' Makefile | \
	  while IFS='|' read -r name what; do printf '%-16s%s\n' "$$name" "$$what"; done

book: .venv/installed # build the book (EDITION=student: no answers; OUT=folder: elsewhere)
	@$(BIN)/python -m bookkit.editions "$(EDITION)" "$(BUILD)"
	@echo "Open $(BUILD)/html/index.html"

offline: book # zip the book, to be opened from a disk or stick (EDITION, OUT as above)
	@$(BIN)/python -m bookkit.offline "$(BUILD)"

classroom: override EDITION := teacher
classroom: book # make slides, handouts, LMS files and cards for teaching (OUT as above)
	@$(BIN)/python -m bookkit.browser --install
	@$(BIN)/python -m bookkit.classroom "$(BUILD)/html" "$(BUILD)/classroom"

serve: book # build, then serve the book on this machine only (PORT=8000)
	@echo "The book is at http://127.0.0.1:$(PORT)/ (stop with Ctrl+C)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(BUILD)/html

notebooks: .venv/installed # run every notebook from clean, store outputs, remake reference pages
	@$(BIN)/python -m bookkit.notebooks
	@$(BIN)/python -m bookkit.picture $(PICTURE)

test: .venv/installed # run every check, in a browser too (ARGS="-k quiz" for some)
	@$(BIN)/python -m bookkit.browser --install
	@$(BIN)/python -m pytest $(ARGS)

bench: .venv/installed # measure times and page weights against the targets
	@$(BIN)/python -m bookkit.browser --install
	@$(BIN)/python tests/bench.py

lab: .venv/installed # open the book in JupyterLab, set up as on Binder
	@PATH="$(CURDIR)/$(BIN):$$PATH" .binder/postBuild
	@$(BIN)/jupyter lab

lock: .venv/installed # compile requirements.txt from pyproject.toml anew
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	  $(BIN)/python -m venv "$$tools"; "$$tools/bin/pip" install -q uv; \
	  "$$tools/bin/uv" pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --fork-strategy fewest \
	    --custom-compile-command "make lock" --quiet -o requirements.txt

clean: # remove everything that was built, .venv too
	rm -rf _build .venv .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Skipped while the lock and the package's metadata are older than the last installation.
VERSION_FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
.venv/installed: requirements.txt pyproject.toml
	@if ! $(BIN)/python -c "import pip; $(VERSION_FITS)" 2>/dev/null; then \
	  for python in python3.13 python3.12 python3.11 python3 none; do \
	    if "$$python" -c "$(VERSION_FITS)" 2>/dev/null; then break; fi; \
	  done; \
	  if [ "$$python" = none ]; then \
	    echo "The book needs Python 3.11, 3.12 or 3.13, and none is on the PATH." >&2; \
	    echo "Debian 12, Ubuntu 24.04 or newer: sudo apt-get install python3 python3-venv" >&2; \
	    echo "macOS: brew install python@3.13, or the installer from python.org" >&2; exit 1; \
	  elif ! "$$python" -c "import ensurepip" 2>/dev/null; then \
	    version=$$("$$python" -c "import sys; print('%d.%d' % sys.version_info[:2])"); \
	    echo "Python $$version cannot make a virtual environment yet." >&2; \
	    echo "Debian or Ubuntu: sudo apt-get install python$$version-venv" >&2; exit 1; \
	  fi; \
	  "$$python" -m venv --clear .venv || exit 1; \
	fi; \
	echo "Installing requirements.txt into .venv (a minute or two, once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
