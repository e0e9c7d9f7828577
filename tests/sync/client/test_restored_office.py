"""The office comes back from a backup: devices bring what it lost, once."""

from __future__ import annotations

import secrets
from pathlib import Path

from agent_app.store import cases, files, outgoing
from sync.server import backup as backups
from sync.server.office import Office
from sync.transport import Identity, Transport
from tests.support.field import Agent
from tests.support.offices import Clock, listening


def test_what_the_backup_lacks_is_sent_again(
    agent: Agent, office: Office, clock: Clock, tmp_path: Path
) -> None:
    def photo(visit: str) -> str:
        body = {"slot": "photo-1", "what": "door"}
        event = agent.record("photo_taken", body, visit=visit, attached={"photo-1": visit.encode()})
        return event.id

    def exchange() -> None:
        agent.sync()
        agent.upload()
        agent.sync()

    agent.sync()
    made = [event.id for event in agent.visit(visit="v1")] + [photo("v1")]
    exchange()
    backups.backup(office, tmp_path / "backup.tar", "a long passphrase")
    made += [event.id for event in agent.visit(visit="v2")] + [photo("v2")]
    exchange()
    made += [event.id for event in agent.visit(visit="v3")]
    before = agent.now()["visits"]

    restored = backups.restore(
        tmp_path / "backup.tar", tmp_path / "restored", "a long passphrase", clock
    )
    with listening(restored) as url:
        agent.transport.close()
        agent.transport = Transport(
            url,
            now=agent.clock,
            entropy=secrets.token_bytes,
            identity=Identity(agent.keys.device, agent.keys.event_key),
        )
        exchange()
        report = agent.sync()
        agent.transport.close()
    assert report.complete
    assert agent.now()["visits"] == before
    assert (outgoing.count_unsent(agent.db), files.unsent(agent.db)) == (0, [])
    assert cases.ids(agent.db) == {"case-1", "case-2"}
    with restored.db() as db:
        logged = [(row["id"], row["verdict"]) for row in db.rows("SELECT * FROM log ORDER BY leaf")]
        assert db.value("SELECT count(*) FROM files") == 2
    assert logged == [(one, "applied") for one in made]
