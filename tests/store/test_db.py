from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent_app.domain.errors import StoreFull, Tampered, TooOld
from agent_app.store import cases, meta
from agent_app.store.db import check, open_store, transaction
from tests.store.conftest import KEY
from tests.support.case_rows import case_row, raw


def test_nothing_readable_lies_on_disk(tmp_path: Path) -> None:
    db = open_store(tmp_path / "store.db", KEY)
    cases.put_base(db, [raw(case_row(name="欧阳明日"))])
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    db.close()
    assert "欧阳明日".encode() not in written
    assert b"SQLite format 3" not in written
    assert (tmp_path / "store.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("temp_store", 2)],
)
def test_the_settings_that_keep_promises(tmp_path: Path, pragma: str, value: object) -> None:
    db = open_store(tmp_path / "store.db", KEY)
    assert db.execute(f"PRAGMA {pragma}").fetchone()[0] == value
    assert db.execute("PRAGMA cipher_hmac_algorithm").fetchone()[0] == "HMAC_SHA256"
    db.close()


def test_another_key_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path, KEY).close()
    before = path.read_bytes()
    with pytest.raises(Tampered):
        open_store(path, bytes(32))
    assert path.read_bytes() == before


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    db = open_store(path, KEY)
    db["_sqlite_migrations"].insert(
        {"migration_set": "agent", "name": "m999_future", "applied_at": "2030-01-01"}
    )
    db.close()
    with pytest.raises(TooOld, match="m999_future"):
        open_store(path, KEY)


def test_every_flipped_page_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    db = open_store(path, KEY)
    cases.put_base(db, [raw(case_row(f"c{n}")) for n in range(50)])
    db.close()
    sound = path.read_bytes()
    for page in range(len(sound) // 4096):
        altered = bytearray(sound)
        altered[page * 4096 + 2048] ^= 1
        path.write_bytes(altered)
        assert check(path, KEY), f"page {page}"
    path.write_bytes(sound)
    assert check(path, KEY) == []


def test_a_full_store_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    db = open_store(path, KEY)
    cases.put_base(db, [raw(case_row())])
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreFull):
        cases.put_base(db, [raw(case_row(f"c{n}", note="x" * 2000)) for n in range(50)])
    assert cases.ids(db) == {"case-1"}
    with transaction(db):
        meta.put(db, "still", "writable")
    db.close()
    assert check(path, KEY) == []


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    db = open_store(tmp_path / "store.db", KEY)

    def halfway() -> None:
        with transaction(db):
            meta.put(db, "a", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        halfway()
    assert meta.get(db, "a") is None
    db.close()


def test_the_profile_is_no_ones_but_the_users(tmp_path: Path) -> None:
    db = open_store(tmp_path / "store.db", KEY)
    meta.put(db, "a", 1)
    for name in ("store.db", "store.db-wal"):
        assert os.stat(tmp_path / name).st_mode & 0o077 == 0
    db.close()
