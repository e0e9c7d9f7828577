"""A device that signs in a security key: enrolled, visiting, syncing, proven; and without the key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_app.domain.errors import KeyAway
from agent_app.journal import bundle, standalone
from agent_app.journal.signing import public_text, signer
from agent_app.store import outgoing
from agent_app.vault import vault
from agent_app.vault.hardware import HardwareKey
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore
from agent_app.verify import verify_file
from sync.proof import fetch_proof
from sync.server.cli import main
from sync.server.office import Office
from tests.support.clean import run_clean
from tests.support.field import PHRASE, Agent
from tests.support.tokens import Stick


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stick:
    return Stick.plugged(tmp_path / "stick", monkeypatch)


def test_from_enrolment_to_a_bundle_a_stranger_checks(
    joined: Callable[..., Agent], office: Office, stick: Stick, tmp_path: Path
) -> None:
    agent, lead = joined(held=stick.key()), joined("L1", "device-2")
    agent.sync()
    agent.visit()
    agent.sync()
    lead.sync()
    assert outgoing.count_unsent(agent.db) == 0
    assert isinstance(agent.keys.event_key, HardwareKey)
    proof = fetch_proof(lead.transport, "visit-1")
    out, key = tmp_path / "visit.bundle", agent.keys.event_key
    bundle.write(
        out,
        visit="visit-1",
        proof=proof,
        files={},
        maker=bundle.Maker(public_text(key), signer(key), agent.clock.at),
    )
    ours = verify_file(out, log_key=office.keys.log_public)
    assert ours.ok, ours.broken
    script = tmp_path / "verify.py"
    script.write_bytes(standalone.unzip(out.read_bytes())["verify.py"])
    theirs = run_clean(script, out)
    assert theirs.returncode == 0, theirs.stdout + theirs.stderr
    assert b"p256:" in standalone.unzip(out.read_bytes())["keys.json"]


def test_pulled_out_in_a_visit(joined: Callable[..., Agent], office: Office, stick: Stick) -> None:
    """Nothing is recorded unsigned, nothing recorded is lost, and the visit goes on."""
    agent = joined(held=stick.key())
    first = agent.record("visit_started", {"address": "addr-1", "crew": ["A1", "A9"]})
    stick.pull()
    for _ in range(2):
        with pytest.raises(KeyAway):
            agent.record("id_shown", {"documents": ["badge"]})
    with pytest.raises(KeyAway):
        agent.sync()
    agent.close()
    agent.keys = vault.unlock(agent.profile, PHRASE, agent.secrets, agent.moment())
    agent.open()
    assert [one.id for one in outgoing.unsent(agent.db)] == [first.id]
    stick.put_back()
    second = agent.record("id_shown", {"documents": ["badge"]})
    assert (second.seq, outgoing.count_unsent(agent.db)) == (first.seq + 1, 2)
    agent.sync()
    assert outgoing.count_unsent(agent.db) == 0


def test_a_copied_profile_signs_nothing_elsewhere(
    joined: Callable[..., Agent],
    stick: Stick,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even with the device's secret and the passphrase: what it holds can be read, no more."""
    agent = joined(held=stick.key())
    agent.visit()
    agent.close()
    assert isinstance(agent.keys.event_key, HardwareKey)
    agent.keys.event_key.close()
    shutil.copytree(agent.data, tmp_path / "elsewhere")
    Stick.plugged(tmp_path / "theirs", monkeypatch)
    thief = Agent(
        tmp_path / "elsewhere",
        agent.url,
        agent.clock,
        Profile(tmp_path / "elsewhere" / "profiles" / "A1"),
        FileStore(tmp_path / "elsewhere" / "device"),
        agent.keys,
    )
    thief.keys = vault.unlock(thief.profile, PHRASE, thief.secrets, thief.moment())
    thief.open()
    with pytest.raises(KeyAway):
        thief.record("comment_added", {"text": "forged"})
    with pytest.raises(KeyAway):
        thief.sync()
    thief.close()
    agent.open()


def test_the_office_sees_what_kind_of_key_a_device_has(
    joined: Callable[..., Agent],
    office: Office,
    stick: Stick,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    joined(held=stick.key())
    joined("L1", "device-2")
    monkeypatch.setenv("DOORSTEP_DATA", str(office.folder.parent))
    assert main(["device", "list"]) == 0
    kinds = {
        row.split("\t")[1]: row.split("\t")[-1]
        for row in capsys.readouterr().out.split("\n")
        if row
    }
    assert kinds == {"A1": "p256", "L1": "ed25519"}
