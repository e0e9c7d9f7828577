from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.server.office import Office
from tests.support.offices import Clock, FieldDevice, listening, new_office


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Office:
    return new_office(tmp_path / "server", clock)


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    with listening(office) as address:
        yield address


@pytest.fixture
def enrolled(office: Office, url: str) -> Callable[..., FieldDevice]:
    def make(user: str = "A1", name: str = "") -> FieldDevice:
        return FieldDevice.enrolled(office, url, user, name)

    return make
