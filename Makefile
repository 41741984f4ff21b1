# make demo   the main job on the real sample and on a mailbox of fifty mails, in an environment of its own
# make test   format, types and the tests that cost little and need no other program
# make test-all  format, types and all tests, with random draws of a new seed (or SEED=...)
# make generated  everything that is made from the profiles and rules and committed
# make bench  speed, as ratios against its peers in one run
# make detection  recall and false alarms on made-up departments
# make fuzz   files damaged at random

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SAMPLE := samples/hengyang-2020/中共衡阳市委编办_绩效目标申报表.xlsx
OUT ?= demo-out
FILES ?= 500
SEED ?= $(shell date +%s)
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
PROFILES := $(basename $(notdir $(wildcard perfxl/profiles/*.toml)))

.PHONY: demo test test-all lint bench detection fuzz generated samples templates docs pictures clean

demo: $(VENV)/.runtime
	$(BIN)/perfxl check "$(SAMPLE)" --out $(OUT) || [ $$? -eq 1 ]
	$(BIN)/python samples/mailbox/make.py $(OUT)/样例邮箱
	[ -f $(OUT)/批次/round.toml ] || $(BIN)/perfxl round init $(OUT)/批次 --year 2020 --roster $(OUT)/样例邮箱/应报单位.xlsx --sender jx@example.gov.cn
	$(BIN)/perfxl mail check $(OUT)/样例邮箱/邮件 --round $(OUT)/批次
	$(BIN)/perfxl status --round $(OUT)/批次 || [ $$? -eq 1 ]

test: lint
	$(PYTEST) -m "not slow and not system"

test-all: lint
	$(PYTEST) --hypothesis-seed=$(SEED)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/speed.py --files $(FILES)

detection: $(VENV)/.dev
	$(BIN)/python benchmarks/detection

fuzz: $(VENV)/.dev
	$(BIN)/python benchmarks/fuzz

# what is generated and committed; the tests compare it
generated: docs templates samples

samples: $(VENV)/.dev
	$(BIN)/python samples/make.py

templates: $(VENV)/.dev
	for id in $(PROFILES); do $(BIN)/perfxl template --profile $$id --force -o workbook_templates/$$id.xlsx || exit; done

docs: $(VENV)/.dev
	$(BIN)/python docs/make.py

# the pictures of the round in the README; with LibreOffice, Poppler and Chromium
pictures: $(VENV)/.dev
	$(BIN)/python docs/pictures.py

$(VENV)/.runtime: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "perfxl needs Python 3.11 or later: make PYTHON=python3.12 demo" >&2; exit 2; }
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
