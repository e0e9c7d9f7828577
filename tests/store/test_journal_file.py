from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent_app.domain.errors import Busy, NotAllowed, Tampered, TooOld
from agent_app.journal.chain import event_hash
from agent_app.store import cases, events, files, outgoing, recovery
from agent_app.store.db import Store, transaction
from agent_app.store.filebox import FileBox
from agent_app.store.journal_file import JournalFile
from agent_app.store.outgoing import Settlement
from tests.store.conftest import KEY
from tests.support.case_rows import case_row, raw
from tests.support.journals import Device

ROOT = Path(__file__).parents[2]


def filled(db: Store, device: Device) -> None:
    cases.put_base(db, [raw(case_row())])
    for event in device.visit():
        events.append(db, event, event_hash(event))


def test_every_event_is_in_the_file_before_it_is_acknowledged(
    db: Store, journal: JournalFile, device: Device
) -> None:
    cases.put_base(db, [raw(case_row())])
    for event in device.visit():
        events.append(db, event, event_hash(event))
        digest, last = journal.read().records[-1]
        assert (digest, last) == (event_hash(event), event)


def test_what_is_rolled_back_leaves_the_file(
    db: Store, journal: JournalFile, device: Device
) -> None:
    filled(db, device)
    before = journal.size
    extra = device.record("comment_added", {"text": "x"})

    def undone() -> None:
        with transaction(db):
            events.append(db, extra, event_hash(extra))
            with transaction(db):
                gated = device.record("disclosed", {"statement": "s"}, visit="other")
                events.append(db, gated, event_hash(gated))

    with pytest.raises(NotAllowed):
        undone()
    assert journal.size == before
    events.append(db, extra, event_hash(extra))
    assert len(journal.read().records) == len(device.events) - 1


def test_an_inner_failure_takes_only_its_own_events_back(
    db: Store, journal: JournalFile, device: Device
) -> None:
    kept = device.record("visit_started", {"address": "addr-1", "crew": []})
    gated = device.record("disclosed", {"statement": "s"})
    with transaction(db):
        events.append(db, kept, event_hash(kept))
        with pytest.raises(NotAllowed):
            events.append(db, gated, event_hash(gated))
    assert [event for _, event in journal.read().records] == [kept]


def test_a_broken_database_is_rebuilt_with_every_event(
    tmp_path: Path, db: Store, journal: JournalFile, device: Device
) -> None:
    filled(db, device)
    db.close()
    path = tmp_path / "store.db"
    path.write_bytes(b"\0" * 8192)
    rebuilt = recovery.open_both(path, KEY, journal, device.name)
    assert outgoing.unsent(rebuilt) == device.events
    assert events.head(rebuilt, device.name) == (12, event_hash(device.events[-1]))
    assert (tmp_path / "store.db.broken").exists()
    cases.put_base(rebuilt, [raw(case_row())])
    now = cases.now(rebuilt, "case-1")
    assert now is not None
    assert now["visits"]["visit-1"]["state"] == "ended"
    rebuilt.close()


@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.9])
def test_one_bad_page_rebuilds_with_attachments(
    tmp_path: Path, db: Store, box: FileBox, journal: JournalFile, device: Device, where: float
) -> None:
    filled(db, device)
    event = device.record(
        "photo_taken",
        {"slot": "photo-1", "what": "door"},
        files=({"slot": "photo-1", "sha256": "ab", "size": 4, "type": "image/jpeg"},),
    )
    stored = box.write(b"jpeg", event=event.id, slot="photo-1", type="image/jpeg")
    with transaction(db):
        events.append(db, event, event_hash(event))
        files.add(db, stored)
    box.write(b"its event never came", event="none", slot="photo-1", type="image/jpeg")
    db.close()
    path = tmp_path / "store.db"
    with open(path, "r+b") as stream:
        stream.seek(int(path.stat().st_size * where) // 4096 * 4096 + 1000)
        stream.write(b"\0" * 64)
    rebuilt = recovery.open_both(path, KEY, journal, device.name)
    assert outgoing.unsent(rebuilt) == device.events
    assert files.sweep(rebuilt, box) == 1
    assert [one.name for one in files.unsent(rebuilt)] == [stored.name]
    rebuilt.close()
    assert recovery.open_both(path, KEY, journal, device.name).execute("SELECT 1").fetchone()


def test_a_kill_between_file_and_commit_is_healed(
    tmp_path: Path, db: Store, journal: JournalFile, device: Device
) -> None:
    filled(db, device)
    extra = device.record("comment_added", {"text": "signed, in the file, not committed"})
    journal.append([(event_hash(extra), extra)])
    assert recovery.reconcile(db, journal, device.name) == 1
    assert outgoing.unsent(db) == device.events
    assert recovery.reconcile(db, journal, device.name) == 0


def test_a_lost_file_is_written_anew(
    tmp_path: Path, db: Store, journal: JournalFile, device: Device
) -> None:
    filled(db, device)
    other = JournalFile(tmp_path / "new.log", KEY)
    assert recovery.reconcile(db, other, device.name) == len(device.events)
    assert [event for _, event in other.read().records] == device.events
    other.close()


def test_another_chain_is_refused(tmp_path: Path, db: Store, journal: JournalFile) -> None:
    one, other = Device(), Device()
    filled(db, one)
    strange = JournalFile(tmp_path / "strange.log", KEY)
    for number in range(len(one.events)):
        event = other.record("comment_added", {"text": str(number)})
        strange.append([(event_hash(event), event)])
    with pytest.raises(Tampered):
        recovery.reconcile(db, strange, one.name)
    strange.close()


def test_a_torn_tail_is_ignored_at_every_byte(
    tmp_path: Path, journal: JournalFile, device: Device
) -> None:
    sizes = [0]
    for event in device.visit()[:3]:
        journal.append([(event_hash(event), event)])
        sizes.append(journal.size)
    whole = (tmp_path / "journal.log").read_bytes()
    for cut in range(0, len(whole), 37):
        torn = tmp_path / "torn.log"
        torn.write_bytes(whole[:cut])
        opened = JournalFile(torn, KEY)
        complete = sum(size <= cut for size in sizes) - 1
        assert len(opened.read().records) == complete
        opened.close()


def test_writing_goes_on_after_a_torn_tail(
    tmp_path: Path, journal: JournalFile, device: Device
) -> None:
    first, second, third = device.visit()[:3]
    journal.append([(event_hash(first), first)])
    with open(tmp_path / "journal.log", "ab") as stream:
        stream.write(os.urandom(300))
    journal.close()
    reopened = JournalFile(tmp_path / "journal.log", KEY)
    reopened.append([(event_hash(second), second), (event_hash(third), third)])
    assert [event for _, event in reopened.read().records] == [first, second, third]
    assert reopened.read().damaged == 300
    reopened.close()


def test_damage_costs_only_the_records_it_touches(
    tmp_path: Path, journal: JournalFile, device: Device
) -> None:
    for event in device.visit():
        journal.append([(event_hash(event), event)])
    path = tmp_path / "journal.log"
    sound = path.read_bytes()
    for place in range(0, len(sound), 211):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :])
        reading = journal.read()
        assert len(reading.records) == len(device.events) - 1
        assert reading.damaged > 0


def test_records_cannot_be_moved_or_repeated(
    tmp_path: Path, journal: JournalFile, device: Device
) -> None:
    ends = [0]
    for event in device.visit()[:3]:
        journal.append([(event_hash(event), event)])
        ends.append(journal.size)
    path = tmp_path / "journal.log"
    whole = path.read_bytes()
    path.write_bytes(whole[ends[1] : ends[2]] + whole[: ends[1]] + whole[ends[2] :])
    assert [event.seq for _, event in journal.read().records] == [3]


def test_a_second_instance_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    first = JournalFile(path, KEY)
    with pytest.raises(Busy):
        JournalFile(path, KEY)
    hold = "import sys; from tests.support.writer import *; JournalFile(Path(sys.argv[1]), KEY)"
    command = [sys.executable, "-c", hold, str(path)]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)
    assert "Busy" in said.stderr
    first.close()
    subprocess.run(command, cwd=ROOT, check=True)
    JournalFile(path, KEY).close()


def test_a_store_that_cannot_be_opened_leaves_the_profile_free(
    tmp_path: Path, db: Store, journal: JournalFile, device: Device
) -> None:
    filled(db, device)
    db["_sqlite_migrations"].insert({"migration_set": "agent", "name": "m9", "applied_at": ""})
    db.close()
    with pytest.raises(TooOld):
        recovery.open_both(tmp_path / "store.db", KEY, journal, device.name)
    JournalFile(tmp_path / "journal.log", KEY).close()


def test_a_file_of_another_key_holds_nothing_readable(
    tmp_path: Path, journal: JournalFile, device: Device
) -> None:
    event = device.record("comment_added", {"text": "张伟"})
    journal.append([(event_hash(event), event)])
    assert "张伟".encode() not in (tmp_path / "journal.log").read_bytes()
    journal.close()
    other = JournalFile(tmp_path / "journal.log", bytes(32))
    assert other.read().records == ()
    other.close()


def test_compacting_keeps_what_has_no_receipt_and_the_newest(
    db: Store, journal: JournalFile, device: Device
) -> None:
    cases.put_base(db, [raw(case_row())])
    for visit in ("v1", "v2", "v3"):
        for event in device.visit(visit=visit):
            events.append(db, event, event_hash(event))
    done = [event for event in device.events if event.visit in ("v1", "v3")]
    outgoing.settle(db, [Settlement(event.id, "applied") for event in done])
    for event in done:
        outgoing.put_proof(db, event_hash(event), {"index": 1})
    before = journal.size
    recovery.compact(db)
    left = [event for _, event in journal.read().records]
    assert left == [event for event in device.events if event.visit == "v2"] + device.events[-1:]
    assert journal.size < before
    more = device.record("comment_added", {"text": "x"})
    events.append(db, more, event_hash(more))
    assert journal.read().records[-1][1] == more
