from __future__ import annotations

import csv
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput, NotAllowed, WrongSecret
from agent_app.domain.spreadsheet import inert
from agent_app.journal import receipt
from sync.messages import Receipts, Start
from sync.server import exports, sealed
from sync.server.backup import backup, restore
from sync.server.office import Office
from tests.support.desks import shipped_packs
from tests.support.journals import VISIT
from tests.support.offices import Clock, FieldDevice, give_cases, listening

Enrolled = Callable[..., FieldDevice]
WORDS = "a long enough passphrase"


def test_a_restored_office_takes_again_what_it_lost(
    office: Office, enrolled: Enrolled, tmp_path: Path, clock: Clock
) -> None:
    give_cases(office, "A1", "case-1", "case-2")
    device, lead = enrolled("A1"), enrolled("L1")
    device.journal.visit()
    device.sync()
    lead.sync()
    backup(office, tmp_path / "office.bak", WORDS)
    device.journal.visit(case="case-2", visit="visit-2")
    lost = device.sync().end.digest
    found = restore(tmp_path / "office.bak", tmp_path / "again", WORDS, clock)
    with listening(found) as url:
        device.url = lead.url = url
        behind = device.sync([])
        assert behind.all(Start)[0].baseline
        assert behind.end.device == "active"
        assert behind.end.digest.count == len(VISIT) < lost.count
        assert behind.bases.keys() == {"case-1", "case-2"}
        again = device.sync(device.journal.events[behind.end.digest.count :])
        assert again.end.digest == lost
        assert {one.verdict for one in again.verdicts} == {"applied"}
        assert again.bases["case-2"]["visits"]["visit-2"]["outcome"] == "promise"
        (proof,) = again.all(Receipts)
        assert device.reply is not None
        assert proof.head.origin != device.reply.log_origin
        head = {name: getattr(proof.head, name) for name in proof.head.__struct_fields__}
        receipt.check_head(head, device.reply.log_key)
        assert {one["visit"] for one in lead.sync().events} == {"visit-1", "visit-2"}


def test_files_and_keys_come_along(office: Office, tmp_path: Path, clock: Clock) -> None:
    path = office.files / "ab" / ("ab" + "0" * 62)
    path.parent.mkdir()
    path.write_bytes(b"photo")
    backup(office, tmp_path / "office.bak", WORDS)
    again = restore(tmp_path / "office.bak", tmp_path / "again", WORDS, clock)
    assert (again.files / "ab" / path.name).read_bytes() == b"photo"
    assert again.keys.log_public == office.keys.log_public
    assert again.keys.ca_certificate == office.keys.ca_certificate


def test_a_backup_says_nothing_without_its_words(
    office: Office, tmp_path: Path, clock: Clock
) -> None:
    give_cases(office, "A1", "case-1")
    backup(office, tmp_path / "office.bak", WORDS)
    raw = (tmp_path / "office.bak").read_bytes()
    assert "张伟".encode() not in raw
    assert b"PRIVATE KEY" not in raw
    with pytest.raises(WrongSecret):
        restore(tmp_path / "office.bak", tmp_path / "again", "another passphrase", clock)
    assert not (tmp_path / "again" / "office.db").exists()
    with pytest.raises(BadInput):
        backup(office, tmp_path / "other.bak", "short")


def test_nothing_is_overwritten(office: Office, tmp_path: Path, clock: Clock) -> None:
    backup(office, tmp_path / "office.bak", WORDS)
    before = (tmp_path / "office.bak").read_bytes()
    with pytest.raises(BadInput):
        backup(office, tmp_path / "office.bak", WORDS)
    assert (tmp_path / "office.bak").read_bytes() == before
    with pytest.raises(BadInput):
        restore(tmp_path / "office.bak", office.folder, WORDS, clock)


def entropy(count: int) -> bytes:
    return bytes(range(count))


@settings(max_examples=40, deadline=None)
@given(
    size=st.sampled_from([0, 1, sealed.CHUNK - 1, sealed.CHUNK, sealed.CHUNK + 1]),
    where=st.integers(0),
    cut=st.booleans(),
)
def test_a_sealed_file_opens_whole_or_not_at_all(size: int, where: int, cut: bool) -> None:
    plain, closed, opened = io.BytesIO(b"x" * size), io.BytesIO(), io.BytesIO()
    sealed.seal(plain, closed, WORDS, entropy, memory_kib=64)
    raw = bytearray(closed.getvalue())
    sealed.unseal(io.BytesIO(bytes(raw)), opened, WORDS, memory_kib=64)
    assert opened.getvalue() == b"x" * size
    place = where % len(raw)
    if cut:
        del raw[place:]
    else:
        raw[place] ^= 1
    with pytest.raises((WrongSecret, BadInput)):
        sealed.unseal(io.BytesIO(bytes(raw)), io.BytesIO(), WORDS, memory_kib=64)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_results_go_out_without_names(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.journal.visit()
    device.sync()
    text = exports.results_csv(
        office, "L1", "月报", shipped_packs(), creditor=None, approved_by=None
    )
    (line,) = rows(text)
    told = [line[name] for name in ("visits", "last_outcome", "creditor_code", "promise_amount")]
    assert told == ["1", "promise", "promise", "650.00"]
    assert line["promise_state"] == "open"
    assert "张伟" not in text
    with office.db() as db:
        assert db.rows("SELECT by_user, reason, rows FROM exports") == [
            {"by_user": "L1", "reason": "月报", "rows": 1}
        ]


def test_many_rows_need_a_second_person(office: Office) -> None:
    give_cases(office, "A1", *(f"case-{number}" for number in range(201)))
    for approved_by in (None, "L1"):
        with pytest.raises(NotAllowed):
            exports.results_csv(
                office, "L1", "x", shipped_packs(), creditor=None, approved_by=approved_by
            )
    text = exports.results_csv(office, "L1", "x", shipped_packs(), creditor=None, approved_by="A2")
    assert len(rows(text)) == 201


@pytest.mark.parametrize("cell", ["=1+1", " =1+1", "@SUM(1)", "-1", "＝1", "\t=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


def test_plain_cells_stay(office: Office) -> None:
    assert inert("C-1") == "C-1"


def test_heads_go_out_for_witnesses(office: Office, enrolled: Enrolled) -> None:
    device = enrolled("A1")
    device.sync()
    with office.db() as db:
        lines = list(exports.heads(db))
    assert '"size": 0' in lines[0]


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "keys/../../outside"])
def test_an_archive_that_reaches_outside_is_refused(
    name: str, tmp_path: Path, clock: Clock
) -> None:
    plain, source = tmp_path / "plain.tar", tmp_path / "office.bak"
    with tarfile.open(plain, "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with plain.open("rb") as content, source.open("xb") as out:
        sealed.seal(content, out, WORDS, os.urandom)
    with pytest.raises(BadInput, match="outside"):
        restore(source, tmp_path / "again", WORDS, clock)
    assert not (tmp_path / "again" / "office.db").exists()
    assert not list(tmp_path.rglob("outside"))
