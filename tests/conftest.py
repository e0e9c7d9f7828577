"""What every test gets: a quiet Hypothesis profile and the folder of shared samples."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.cache import run_cache

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

MEMORY = Path("/dev/shm")
"""A disk in memory. A kill loses nothing there that it would keep on a real disk, and waiting for
real disks is half the time of all tests; `make faults` and `make soak` use the real one."""
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

run_cache()  # here, so that the workers pytest starts share it
GATE = "CI" in os.environ
"""The gate judges a commit by the same examples in the same order each time; every other run draws
and shuffles anew, and what it finds becomes a named example."""
SCALE = int(os.environ.get("DOORSTEP_SCALE", "1"))
settings.register_profile(
    "doorstep",
    deadline=None,
    derandomize=GATE,
    max_examples=100 * SCALE,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("doorstep")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if GATE and config.getoption("randomly_seed", None) == "default":
        config.option.randomly_seed = 1


ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The samples beside the repository; a test that needs them is skipped where they are not."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared samples are not beside the repository")
    return folder
