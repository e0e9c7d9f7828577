"""A whole profile copied, restored or run twice, against a real office: seen, kept, told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast

from agent_app.actions.desk import Desk
from agent_app.queries.outbox import Outbox, outbox
from agent_app.store import outgoing
from sync.server.office import Office
from tests.support.field import Agent


def custody(agent: Agent) -> Outbox:
    desk = type("Bench", (), {"db": agent.db, "device": agent.keys.device})()
    return outbox(cast(Desk, desk))


def alerts(office: Office) -> list[str]:
    with office.db() as db:
        return [row["kind"] for row in db.rows("SELECT kind FROM alerts ORDER BY id")]


def put_aside(agent: Agent, to: Path) -> None:
    """The profile's folder as it lies there, with the app closed."""
    agent.close()
    shutil.copytree(agent.data, to)
    agent.open()


def put_back(agent: Agent, copy: Path) -> None:
    agent.close()
    shutil.rmtree(agent.data)
    shutil.copytree(copy, agent.data)
    agent.open()


def test_a_profile_set_back_to_an_old_copy_is_seen_at_first_contact(
    agent: Agent, office: Office, tmp_path: Path
) -> None:
    agent.sync()
    put_aside(agent, tmp_path / "copy")
    agent.visit()
    agent.sync()
    assert alerts(office) == []
    put_back(agent, tmp_path / "copy")
    assert agent.sync().device == "frozen"
    assert alerts(office) == ["device_restored"]
    assert custody(agent).frozen
    assert not custody(agent).nothing_missing


def test_two_copies_in_use_fork_and_both_are_kept(
    agent: Agent, office: Office, tmp_path: Path
) -> None:
    agent.sync()
    put_aside(agent, tmp_path / "copy")
    honest = agent.visit()
    agent.sync()
    put_back(agent, tmp_path / "copy")
    twin = agent.visit(visit="visit-2") + agent.visit(visit="visit-3")
    assert agent.sync().device == "frozen"
    assert "device_fork" in alerts(office)
    assert outgoing.count_unsent(agent.db) == len(twin)
    with office.db() as db:
        logged = {row["id"] for row in db.rows("SELECT id FROM log")}
        parked = {row["id"] for row in db.rows("SELECT id FROM parked")}
    assert logged == {event.id for event in honest}
    assert parked == {event.id for event in twin}
