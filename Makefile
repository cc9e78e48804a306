# Every command works on a bare machine with Python 3.11; what it needs, it installs itself.
PYTHON ?= python3
PORT ?= 8000
export MARKETPLACE_PORT ?= $(PORT)
# Compiled modules are kept, whatever the machine says: else each process that starts compiles the whole program anew.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-installed
DEV_STAMP := $(VENV)/.dev-installed

.PHONY: help run test test-slow test-thorough walks lint types check fmt bench catalog parts lock clean
.DEFAULT_GOAL := help

help: ## このヘルプを表示 / show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(RUN_STAMP) ## サービスを起動 / start the service (PORT=8000)
	@exec $(BIN)/python -m marketplace.cli serve --demo

test: parts ## すべてのテスト / all tests
	$(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist loadfile

test-slow: parts ## 時間のかかるテスト / the tests that take long
	$(BIN)/python -m pytest -m "slow and not thorough" --ignore tests/e2e --numprocesses 2 --dist loadfile --timeout=900
	$(BIN)/python -m pytest -m slow tests/e2e --numprocesses 2 --dist loadfile --timeout=900

test-thorough: parts ## そのほかの似た場合のすべて / every other case like those
	$(BIN)/python -m pytest -m thorough --numprocesses 2 --dist loadfile --timeout=900

walks: parts ## すべての流れを画面でたどる / walk through every flow in the browser
	$(BIN)/python -m pytest tests/walks --numprocesses 2 --dist loadfile --timeout=900

lint: $(DEV_STAMP) ## 書式と層の検査 / style and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint marketplace/web/templates --lint --quiet
	$(BIN)/codespell marketplace catalog_tools tests docs deploy README.md CHANGELOG.md

types: $(DEV_STAMP) ## 型の検査 / types
	$(BIN)/mypy

check: lint types test ## lint + types + test

fmt: $(DEV_STAMP) ## 書式を整える / format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_STAMP) ## 計測 / measurements
	$(BIN)/python -m bench

catalog: $(DEV_STAMP) ## 公式テンプレートを元の定義から作り直す / expand the sources of templates_catalog/
	$(BIN)/python -m catalog_tools expand

parts: $(DEV_STAMP) # what tests need beside Python packages: Chromium with a Japanese font, a Node client, nginx, Redis
	@sh .ci/parts

lock: ## 依存を固定し直す / pin the dependencies anew (needs uv)
	uv pip compile setup.cfg --generate-hashes --no-strip-extras --no-emit-index-url --no-header --python-version 3.11 -q -o requirements/run.txt
	uv pip compile setup.cfg --extra tracing --extra redis -c requirements/run.txt --generate-hashes --no-strip-extras --no-emit-index-url --no-header --python-version 3.11 -q -o requirements/extras.txt
	uv pip compile setup.cfg --extra dev --extra tracing --extra redis -c requirements/extras.txt --generate-hashes --no-strip-extras --no-emit-index-url --no-header --python-version 3.11 -q -o requirements/dev.txt

clean: ## 作業用ファイルを消す(データは残す) / remove what was built; data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/node/node_modules

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements/run.txt | $(VENV)/bin/python
	@echo "必要なものを準備しています… / Installing what is needed…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(DEV_STAMP): requirements/dev.txt | $(VENV)/bin/python
	@echo "テストに必要なものを準備しています… / Installing what tests need…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(RUN_STAMP)
