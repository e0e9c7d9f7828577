from __future__ import annotations

import hashlib
import os

import pytest

from agent_app.domain.errors import Tampered
from agent_app.journal.chain import event_hash
from agent_app.journal.sealed_file import CHUNK, SEALED_CHUNK
from agent_app.store import events, files
from agent_app.store.db import Store, transaction
from agent_app.store.filebox import FileBox, StoredFile, Writer
from tests.support.journals import Device

SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7)


def kept(box: FileBox, data: bytes, slot: str = "photo-1") -> StoredFile:
    return box.write(data, event="event-1", slot=slot, type="image/jpeg")


@pytest.mark.parametrize("size", SIZES)
def test_bytes_come_back_from_any_place(box: FileBox, size: int) -> None:
    data = os.urandom(size)
    stored = kept(box, data)
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert box.read(stored) == data
    for start in {0, 1, size // 2, max(0, size - 1), size, CHUNK}:
        assert b"".join(box.chunks(stored, start=start)) == data[start:]


def test_the_name_and_the_bytes_say_nothing(box: FileBox) -> None:
    stored = kept(box, "张伟的身份证".encode() * 100)
    path = box.path / stored.name
    assert "张伟".encode() not in path.read_bytes()
    assert b"event-1" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in box.path.iterdir()] == [stored.name]


def test_every_injury_is_noticed(box: FileBox) -> None:
    stored = kept(box, os.urandom(3 * CHUNK + 7))
    path = box.path / stored.name
    sound = path.read_bytes()
    body = len(sound) - (3 * SEALED_CHUNK + 7 + 16)
    first, second = (
        sound[body : body + SEALED_CHUNK],
        sound[body + SEALED_CHUNK : body + 2 * SEALED_CHUNK],
    )
    injuries = [sound[:cut] for cut in (0, 3, body, body + SEALED_CHUNK, len(sound) - 1)]
    injuries += [sound[:body] + sound[-23:], sound + b"\0", sound + sound[-23:]]
    injuries.append(sound[:body] + second + first + sound[body + 2 * SEALED_CHUNK :])
    injuries.append(sound[:body] + first + first + sound[body + 2 * SEALED_CHUNK :])
    for place in (0, 5, 10, 30, body, body + SEALED_CHUNK + 5, len(sound) - 1):
        injuries.append(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
    for injury in injuries:
        path.write_bytes(injury)
        with pytest.raises(Tampered):
            box.read(stored)
    path.write_bytes(sound)
    box.read(stored)


def test_files_cannot_change_places(box: FileBox) -> None:
    one, other = kept(box, b"one"), kept(box, b"two", "photo-2")
    (box.path / one.name).write_bytes((box.path / other.name).read_bytes())
    with pytest.raises(Tampered, match="another"):
        box.read(one)
    (box.path / one.name).unlink()
    with pytest.raises(Tampered, match="none"):
        box.read(one)


def test_a_killed_recording_keeps_its_whole_chunks(db: Store, box: FileBox) -> None:
    sound = os.urandom(5 * CHUNK)
    writer = Writer(box, event="event-1", slot="recording", type="audio/wav")
    for start in range(0, len(sound), 1000):
        writer.write(sound[start : start + 1000])
    writer.flush()
    assert files.sweep(db, box) == 0, "it is still being written"
    [rescued] = list(box.rescue())
    assert (rescued.event, rescued.slot, rescued.size) == ("event-1", "recording", 4 * CHUNK)
    assert box.read(rescued) == sound[: rescued.size]
    assert [path.name for path in box.path.iterdir()] == [rescued.name]
    assert list(box.rescue()) == []
    writer.abort()


def test_a_recording_killed_at_once_leaves_nothing(box: FileBox) -> None:
    writer = Writer(box, event="event-1", slot="recording", type="audio/wav")
    writer.flush()
    (box.path / "noise.part").write_bytes(b"DSF1 no header")
    assert list(box.rescue()) == []
    assert list(box.path.iterdir()) == []
    writer.abort()


def test_opening_sweeps_what_no_event_names(db: Store, box: FileBox, device: Device) -> None:
    event = device.record("photo_taken", {"slot": "photo-1", "what": "notice"})
    with transaction(db):
        events.append(db, event, event_hash(event))
        stored = box.write(b"kept", event=event.id, slot="photo-1", type="image/jpeg")
        files.add(db, stored)
    kept(box, b"its event was never appended")
    assert files.sweep(db, box) == 1
    assert [path.name for path in box.path.iterdir()] == [stored.name]
    assert files.unsent(db) == [stored]
    assert files.by_visit(db) == [("visit-1", 1, 0)]
    files.mark_sent(db, [stored.sha256])
    assert files.unsent(db) == []
    assert files.by_visit(db) == [("visit-1", 1, 1)]


def test_two_equal_attachments_of_one_visit_are_both_kept(
    db: Store, box: FileBox, device: Device
) -> None:
    event = device.record("photo_taken", {"slot": "photo-1", "what": "notice"})
    events.append(db, event, event_hash(event))
    for slot in ("photo-1", "photo-2"):
        files.add(db, box.write(b"same", event=event.id, slot=slot, type="image/jpeg"))
    assert [one.slot for one in files.of_visit(db, "visit-1")] == ["photo-1", "photo-2"]
    assert files.by_content(db, hashlib.sha256(b"same").hexdigest()) is not None
