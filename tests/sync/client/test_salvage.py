"""A vault that nobody here can open any more: the office still takes in what was not sent."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_app.domain.errors import BadInput, Tampered
from agent_app.store import outgoing
from agent_app.vault import vault, wipe
from sync.server import salvage
from sync.server.office import Office
from tests.support.field import Agent
from tests.support.offices import Clock, new_office

PHOTO = bytes(range(256)) * 300


def set_aside(agent: Agent) -> Path:
    """End the vault as the start of the app does when its key is gone."""
    vault.keep_escrow(agent.profile, agent.keys)
    agent.close()
    folder = wipe.retire(agent.profile, agent.secrets)
    assert folder is not None
    return folder


def test_what_was_not_sent_arrives_once(agent: Agent, office: Office) -> None:
    agent.visit()
    agent.sync()
    agent.visit("case-2", "visit-2")
    agent.record("photo_taken", {"slot": "p", "what": "door"}, case="case-2", attached={"p": PHOTO})
    unsent = outgoing.count_unsent(agent.db)
    device = agent.keys.device
    folder = set_aside(agent)
    assert not agent.profile.folder.exists()
    assert {path.name for path in folder.iterdir()} >= {"office.key", "journal.log", "files"}
    assert not list(folder.glob("*.db*")) + list(folder.glob("*.json"))
    taken = salvage.take(office, folder)
    assert (taken.device, taken.user) == (device, "A1")
    assert taken.verdicts["applied"] == unsent
    assert (taken.files, taken.unreadable, taken.damaged) == (1, 0, 0)
    with office.db() as db:
        kept = db.row("SELECT sha256 FROM files")
        assert kept is not None
        assert (office.files / kept["sha256"][:2] / kept["sha256"]).read_bytes() == PHOTO
    again = salvage.take(office, folder)
    assert again.verdicts.keys() == {"duplicate"}
    assert again.files == 0


def test_only_its_own_office_opens_it(
    agent: Agent, office: Office, tmp_path: Path, clock: Clock
) -> None:
    agent.visit()
    folder = set_aside(agent)
    with pytest.raises(Tampered):
        salvage.take(new_office(tmp_path / "other", clock), folder)
    with pytest.raises(BadInput):
        salvage.take(office, tmp_path)


def test_damage_costs_only_what_it_touches(
    joined: Callable[..., Agent], office: Office, tmp_path: Path
) -> None:
    agent = joined()
    agent.record("photo_taken", {"slot": "p", "what": "door"}, attached={"p": PHOTO})
    agent.visit()
    folder = set_aside(agent)
    (photo,) = (folder / "files").iterdir()
    raw = bytearray(photo.read_bytes())
    raw[-1] ^= 1
    photo.write_bytes(raw)
    with open(folder / "journal.log", "ab") as log:
        log.write(b"DSJ1 and then nothing")
    taken = salvage.take(office, folder)
    assert taken.verdicts["applied"] == 8
    assert (taken.files, taken.unreadable) == (0, 1)
    assert taken.damaged


def test_a_vault_never_opened_leaves_nothing(agent: Agent) -> None:
    agent.close()
    assert wipe.retire(agent.profile, agent.secrets) is None
    assert not agent.profile.folder.exists()
    shutil.rmtree(agent.data)
