# Everything runs from here. `make demo` and `make test` set up a bare machine by themselves.
.PHONY: env demo test check format bench faults soak tpm scripts
PYTHON ?= python3
BIN := .venv/bin
# One more than two cores: while some tests wait for a disk, a server or a clock, others work.
JOBS ?= 3
DISK := $(or $(TMPDIR),/tmp)
export QT_QPA_PLATFORM_DEFAULT := offscreen
# Compiled modules are kept: every process a test starts would otherwise compile them all again.
unexport PYTHONDONTWRITEBYTECODE

env:
	@$(PYTHON) packaging/env.py

demo: env
	@$(BIN)/python -m ui.main demo $(if $(TOUR),--tour)

test: env
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n $(JOBS) --dist worksteal

check: env
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: env
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: env
	@for one in bench/*.py; do QT_QPA_PLATFORM=offscreen $(BIN)/python $$one || exit 1; done

faults: env
	@PYTEST_DEBUG_TEMPROOT=$(DISK) QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests/faults -n $(JOBS)

soak: env
	@PYTEST_DEBUG_TEMPROOT=$(DISK) DOORSTEP_SCALE=10 QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests/faults tests/unit/rules tests/flows/test_replay_laws.py tests/sync/server/test_server_lost_replies.py -n $(JOBS) --timeout 3600

# The signing key in a TPM, here an emulated one: Debian's swtpm, tpm2-tools, libtpm2-pkcs11-1,
# libtpm2-pkcs11-tools and libtss2-tcti-swtpm0.
tpm: env
	@DOORSTEP_TPM=1 QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests/faults/test_tpm.py

scripts: env
	@$(BIN)/python packaging/build_scripts.py
