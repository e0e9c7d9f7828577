"""One honest visit and its bundle, for every test that only reads or copies them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bundles import Evidence


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    return Evidence()


@pytest.fixture(scope="session")
def sealed(evidence: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evidence.write(tmp_path_factory.mktemp("bundle") / "visit.bundle")
