# Two commands are all one needs: `make map` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# Four workers, each with a browser of its own: on two cores, too, as each waits for browsers and
# commands that it started for two fifths of the time. A file of tests stays with one.
TESTS := $(BIN)/python -m pytest -n 4 --dist loadfile

DIST := dist

.PHONY: dist map test sweep cover random faults mutated check check-python check-scripts bench docs site sea clean

map: .venv/map
	$(BIN)/frontiers-map build --only web
	@echo "The pages are ready; now tables, GIS layers and print sheets."
	$(BIN)/frontiers-map build

test: .venv/test
	./.ci/tools
	$(TESTS)

# What takes too long for every day, and the same questions put two thousand times instead of some
# dozens.
sweep: .venv/test
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	$(TESTS) -m sweep
	FRONTIERS_MAP_CLOSURES=2000 FRONTIERS_MAP_PAIRS=2000 FRONTIERS_MAP_EDGES=1 $(BIN)/python -m pytest --timeout 14400 \
	  -s tests/sea/test_sea_thin.py tests/outputs/web/browser/test_closures.py \
	  tests/sea/test_sea_network.py::test_quick_answers_are_those_of_a_flat_search \
	  tests/sea/test_sea_network.py::test_no_edge_touches_land

cover: .venv/test
	./.ci/tools
	$(TESTS) --cov

# atlases by lot through everything: make random seed=7 count=200
random: .venv/test
	$(BIN)/python tests/random_atlases.py --seed $(or $(seed),1) --count $(or $(count),200)

# every call to the system that a build makes, failed or killed: make faults seed=7 count=400
faults: .venv/test
	$(BIN)/python tests/faults.py --seed $(or $(seed),1) --count $(or $(count),0)

# files that are nearly right, through every reader: make mutated seed=7 count=100000
mutated: .venv/test
	$(BIN)/python tests/mutated.py --seed $(or $(seed),1) --count $(or $(count),20000)
	node tests/outputs/web/js/mutated.mjs $(or $(seed),1) $(or $(count),20000)

check: check-python check-scripts

check-python: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check-scripts:
	npm install --silent --no-audit --no-fund --no-package-lock
	npx tsc -p .
	npx eslint .
	npx prettier --check src

bench: .venv/test
	$(BIN)/python -m pip install --quiet --editable '.[test,bench]'
	$(BIN)/python benchmarks/run.py

docs: .venv/test
	$(BIN)/python tools/make_docs.py
	$(BIN)/frontiers-map build --only web
	$(BIN)/python tools/make_pictures.py
	$(BIN)/python tools/make_gallery.py
	$(BIN)/python tools/make_notebooks.py

# the documents as a site in site/, the maps within; it needs no network
site: .venv/test
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	$(BIN)/frontiers-map build --only web
	$(BIN)/mkdocs build --strict

sea: .venv/test
	$(BIN)/python -m pip install --quiet --editable '.[test,sea]'
	$(BIN)/python -m frontiers_map.sea.make.build geodata

# Archive and wheel as they are released: the same bytes wherever they are made.
dist: .venv/bin/python
	$(BIN)/python -m pip install --quiet build twine check-wheel-contents
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --outdir $(DIST) .
	$(BIN)/python -m twine check --strict $(DIST)/*
	$(BIN)/check-wheel-contents $(DIST)/*.whl

clean:
	rm -rf .venv output/*.html output/print output/gis output/tables output/manifest.json

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/map: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/test: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ .venv/map
