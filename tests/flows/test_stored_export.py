"""A visit leaves a locked profile: by its id, once the passphrase is given."""

from __future__ import annotations

import csv
import io
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_app import cli
from agent_app.actions.answers import answer
from agent_app.actions.evidence import take_photo
from agent_app.actions.opening import close_desk, open_desk
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.journal.signing import b64
from agent_app.queries.visit_run import open_run
from agent_app.script.deeds import Field
from agent_app.store import cases, meta
from agent_app.vault import vault
from agent_app.vault.derive import Cost
from agent_app.vault.lease import Lease
from agent_app.vault.profile import Profile, profile
from agent_app.vault.secrets_store import best_store
from agent_app.vault.vault import DeviceKeys, Keys
from tests.support.cache import run_cache
from tests.support.case_rows import raw
from tests.support.desks import (
    AGENCY,
    CREDITOR,
    MORNING,
    office_chain,
    shipped_packs,
    visitable_row,
)

PHRASE = "青山不改 绿水长流"
LEASE = Lease("2026-11-22T09:00:00+08:00", "2026-11-29T09:00:00+08:00", bytes(range(32)))


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Profile, str]:
    """A profile at rest, and the visit in it that was broken off."""
    where = profile(tmp_path, "wang")
    keys = _enrolled(where, tmp_path)
    shutil.copytree(run_cache(), tmp_path / "cache")
    desk = open_desk(
        where, keys, shipped=shipped_packs(), cache=tmp_path / "cache", entropy=os.urandom, app="t"
    )
    try:
        cases.put_base(desk.db, [raw(visitable_row())])
        meta.put(desk.db, "last_sync", MORNING.wall.isoformat())
        visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
        about = {"case": "case-1", "visit": visit}
        run = open_run(desk, MORNING, **about, language="en", now=lambda: MORNING.wall)
        ref = run.session.pages()[0].nodes[0]
        run.session.answer(ref, " ".join(one.value for one in run.session.view(ref).choices))
        value = run.session.view(ref).value
        field = Field({}, value)
        at = MORNING.later(seconds=30)
        answer(desk, at, **about, ref=ref, field=field, seconds=7, snapshot=run.snapshot())
        take_photo(desk, at, **about, what="other", image=b"\xff\xd8", type="image/jpeg")
        abort_visit(desk, MORNING.later(seconds=60), **about, reason="safety")
    finally:
        close_desk(desk)
    return where, visit


def _enrolled(where: Profile, data: Path) -> Keys:
    document_key = ec.derive_private_key(7, ec.SECP256R1())
    facts = {
        "user": {"id": "wang", "role": "agent"},
        "certificates": [b64(one) for one in office_chain(document_key)],
        "org": {"agency": AGENCY, "creditors": [CREDITOR]},
        "people": [],
    }
    own = DeviceKeys(Ed25519PrivateKey.generate(), document_key)
    about: dict[str, Any] = {
        "user": "wang",
        "device": "device-1",
        "keys": own,
        "leased": LEASE,
        "facts": facts,
    }
    cheap = Cost(memory_kib=64, passes=1)
    return vault.create(where, PHRASE, best_store(data), **about, cost=cheap)


def test_a_stored_visit_leaves_once_the_passphrase_is_given(
    kept: tuple[Profile, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    where, visit = kept
    asked = ["script", "export", visit, "--audit-csv", "--profile", str(where.folder)]
    monkeypatch.setattr("sys.stdin", io.StringIO("not this one\n"))
    assert cli.run(asked, lambda: MORNING) == 2
    assert "does not open" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHRASE}\n"))
    assert cli.run(asked, lambda: MORNING) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["event"] for row in rows] == ["form start", "question", "form exit"]
    assert int(rows[1]["end"]) - int(rows[1]["start"]) == 7000


def test_a_visit_that_is_not_there_is_named(
    kept: tuple[Profile, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHRASE}\n"))
    asked = ["script", "export", "0190-none", "--csv", "--profile", str(kept[0].folder)]
    assert cli.run(asked, lambda: MORNING) == 2
    assert "0190-none" in capsys.readouterr().err
