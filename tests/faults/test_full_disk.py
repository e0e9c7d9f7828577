"""A full disk at every size: said in words, nothing half written, and it heals with space."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent_app.domain.errors import DoorstepError, StoreFull, Unavailable
from agent_app.store import files, outgoing
from agent_app.store.db import check
from tests.support.writer import KEY, Shelf

pytestmark = pytest.mark.faults

PHOTO = bytes(range(256)) * 80


def filled(shelf: Shelf, heal: Callable[[], None]) -> None:
    """Save until the disk is full, twice; check after each; heal; save again."""
    saved: list[str] = [event.id for event in outgoing.unsent(shelf.db)]
    full = 0
    number = len(saved)
    while full < 2:
        number += 1
        photo = PHOTO if number % 3 == 0 else b""
        kind = "photo_taken" if photo else "comment_added"
        body = {"slot": "photo-1", "what": "x"} if photo else {"text": "记录" * 40}
        try:
            saved.append(shelf.save(kind, body, f"v-{number // 5}", photo).id)
        except Unavailable:
            full += 1
            files.sweep(shelf.db, shelf.box)
            assert_sound(shelf, saved)
    heal()
    saved.append(shelf.save("comment_added", {"text": "again"}, "v-last").id)
    assert_sound(shelf, saved)


def assert_sound(shelf: Shelf, saved: list[str]) -> None:
    assert [event.id for event in outgoing.unsent(shelf.db)] == saved
    assert [event.id for _, event in shelf.journal.read().records] == saved
    stored = files.unsent(shelf.db)
    assert {path.name for path in shelf.box.path.iterdir()} == {one.name for one in stored}
    for one in stored[-2:]:
        shelf.box.read(one)


@contextmanager
def small_disk(path: Path, kib: int) -> Iterator[None]:
    path.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(path)],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("this account may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs is Linux's")
@pytest.mark.parametrize("kib", [*range(700, 1500, 100), 2048])
def test_a_small_disk_fills_and_heals(tmp_path: Path, kib: int) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, kib):
        shelf = Shelf.opened(disk)

        def heal() -> None:
            subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)

        filled(shelf, heal)
        saved = [event.id for event in outgoing.unsent(shelf.db)]
        shelf.close()
        assert check(disk / "store.db", KEY) == []
        again = Shelf.opened(disk)
        assert_sound(again, saved)
        again.close()


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs is Linux's")
@pytest.mark.parametrize("kib", [4, 16, 64, 128, 200])
def test_no_room_to_begin_is_said_in_words(tmp_path: Path, kib: int) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, kib):
        with pytest.raises(DoorstepError) as refused:
            Shelf.opened(disk)
        assert type(refused.value) is StoreFull
        subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        Shelf.opened(disk).close()


def test_a_file_size_limit_is_a_full_disk(tmp_path: Path) -> None:
    """A quota or limit answers EFBIG or EDQUOT where a disk answers ENOSPC."""
    shelf = Shelf.opened(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, hard))
        filled(shelf, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    shelf.close()
    assert check(tmp_path / "store.db", KEY) == []
    assert os.stat(tmp_path / "journal.log").st_size > 0
