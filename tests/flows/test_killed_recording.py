"""The app is killed while it records: what was said is still there, and marked as cut."""

from __future__ import annotations

import resource
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from agent_app.actions import evidence
from agent_app.actions.rescue import rescue_recordings
from agent_app.actions.visits import start_visit
from agent_app.documents import sound
from agent_app.domain.errors import KeyAway, StoreFull
from agent_app.journal.sealed_file import CHUNK
from agent_app.store import events, files
from agent_app.store.filebox import Writer
from tests.support.desks import MORNING, open_test_desk, visitable_row

RATE = 16_000
HEADER = struct.pack(
    "<4sI4s4sIHHIIHH4sI",
    *(b"RIFF", 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16, b"data", 0xFFFFFFFF),
)


def test_a_killed_recording_comes_back(tmp_path: Path) -> None:
    with open_test_desk(tmp_path, visitable_row()) as desk:
        visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
        change = evidence.start_recording(desk, MORNING, case="case-1", visit=visit)
        event_id, slot, writer = change.made
        said = (HEADER + bytes(range(256)) * 2048)[: 7 * CHUNK + 100]
        writer.write(said)
        writer.flush()
        files.sweep(desk.db, desk.files)

        assert rescue_recordings(desk, MORNING.later(minutes=3)).made == 1
        stopped = events.of_visit(desk.db, visit)[-1]
        assert (stopped.id, stopped.kind, stopped.body["cut"]) == (
            event_id,
            "recording_stopped",
            True,
        )
        stored = files.get(desk.db, event_id, slot)
        assert stored is not None
        kept = desk.files.read(stored)
        assert kept == said[: 7 * CHUNK]
        assert stopped.body["seconds"] == round((7 * CHUNK - 44) / RATE / 2, 1)
        assert stopped.body["marks"] == sound.marks([kept])
        assert stopped.body["marks"]["loudest"] > 0
        assert rescue_recordings(desk, MORNING.later(minutes=4)).made == 0
        writer.abort()


def test_what_was_never_announced_goes(tmp_path: Path) -> None:
    with open_test_desk(tmp_path, visitable_row()) as desk:
        writer = Writer(desk.files, event="e", slot="audio-x", type="audio/wav")
        writer.write(b"s" * 3 * CHUNK)
        writer.flush()
        assert rescue_recordings(desk, MORNING).made == 0
        assert list((tmp_path / "files").iterdir()) == []
        writer.abort()


def test_a_recording_whose_end_could_not_be_recorded_waits_whole(tmp_path: Path) -> None:
    """The security key was out, or the disk full, when it was stopped: swept over, tried again,
    killed, and rescued to the last byte once it can be."""
    with open_test_desk(tmp_path, visitable_row()) as whole:
        desk = replace(whole, sign=_away)
        visit = start_visit(whole, MORNING, case="case-1", address="addr-1").made
        made = evidence.start_recording(whole, MORNING, case="case-1", visit=visit).made
        said = (HEADER + bytes(range(256)) * 2048)[: 3 * CHUNK + 100]
        made[2].write(said)
        about = {"case": "case-1", "visit": visit, "recording": made, "seconds": 3.0}
        for _ in range(2):
            with pytest.raises(KeyAway):
                evidence.stop_recording(desk, MORNING, **about)
            files.sweep(desk.db, desk.files)
        with pytest.raises(KeyAway):
            rescue_recordings(desk, MORNING)
        files.sweep(desk.db, desk.files)
        assert rescue_recordings(whole, MORNING).made == 1
        stored = files.get(desk.db, *made[:2])
        assert stored is not None
        assert desk.files.read(stored) == said
        assert [path.name for path in (tmp_path / "files").iterdir()] == [stored.name]


def test_a_recording_stopped_in_vain_is_stopped_again(tmp_path: Path) -> None:
    with open_test_desk(tmp_path, visitable_row()) as desk:
        visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
        made = evidence.start_recording(desk, MORNING, case="case-1", visit=visit).made
        made[2].write(HEADER + b"ab" * CHUNK)
        about = {"case": "case-1", "visit": visit, "recording": made, "seconds": 3.0}
        with pytest.raises(KeyAway):
            evidence.stop_recording(replace(desk, sign=_away), MORNING, **about)
        files.sweep(desk.db, desk.files)
        evidence.stop_recording(desk, MORNING, **about)
        stored = files.get(desk.db, *made[:2])
        assert stored is not None
        assert desk.files.read(stored) == HEADER + b"ab" * CHUNK
        assert "cut" not in events.of_visit(desk.db, visit)[-1].body


def test_a_full_disk_ends_a_recording_and_keeps_what_was_said(tmp_path: Path) -> None:
    with open_test_desk(tmp_path, visitable_row()) as desk:
        visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
        made = evidence.start_recording(desk, MORNING, case="case-1", visit=visit).made
        said = HEADER + bytes(range(256)) * 2048
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        about = {"case": "case-1", "visit": visit, "recording": made, "seconds": 3.0}
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4 * CHUNK, hard))
            for _ in range(3):
                with pytest.raises(StoreFull):
                    made[2].write(said)
            resource.setrlimit(resource.RLIMIT_FSIZE, (CHUNK, hard))
            with pytest.raises(StoreFull):
                evidence.stop_recording(desk, MORNING, **about)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        files.sweep(desk.db, desk.files)
        with pytest.raises(KeyAway):
            evidence.stop_recording(replace(desk, sign=_away), MORNING, **about)
        files.sweep(desk.db, desk.files)
        evidence.stop_recording(desk, MORNING, **about)
        stored = files.get(desk.db, *made[:2])
        assert stored is not None
        assert desk.files.read(stored) == said[: 3 * CHUNK]
        assert [path.name for path in (tmp_path / "files").iterdir()] == [stored.name]


def _away(_: bytes) -> bytes:
    raise KeyAway("no security key is here")
