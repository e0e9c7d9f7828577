"""A real office with all its own keys, set back, split or passed off: devices refuse it and say so."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from agent_app.actions.desk import Desk
from agent_app.domain.errors import Rewritten
from agent_app.journal import chain
from agent_app.journal.signing import public_text
from agent_app.queries.outbox import Outbox, outbox
from agent_app.store import events, meta, outgoing
from sync.server import backup as backups
from sync.server.office import Office, open_office
from sync.transport import Identity, Transport
from tests.support.field import Agent
from tests.support.offices import Clock, listening


@contextmanager
def talking_to(office: Office, agent: Agent) -> Iterator[None]:
    """The agent's line leads to another server for a while."""
    usual = agent.transport
    with listening(office) as url:
        agent.transport = Transport(
            url, now=agent.clock, entropy=secrets.token_bytes,
            identity=Identity(agent.keys.device, agent.keys.event_key),
        )  # fmt: skip
        try:
            yield
        finally:
            agent.transport.close()
            agent.transport = usual


def copied(office: Office, to: Path) -> Office:
    """The office's folder as a dishonest keeper copies it: same keys, same log, same epoch."""
    with office.db() as db:
        db.do("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.folder, to)
    return open_office(to, office.now)


def custody(agent: Agent) -> Outbox:
    desk = type("Bench", (), {"db": agent.db, "device": agent.keys.device})()
    return outbox(cast(Desk, desk))


def refused(agent: Agent, unsent: int) -> None:
    """The sync is refused in its own words; nothing is settled or lost, the evidence is kept."""
    held = meta.get(agent.db, "tree_head")
    with pytest.raises(Rewritten):
        agent.sync()
    assert outgoing.count_unsent(agent.db) == unsent
    assert meta.get(agent.db, "tree_head") == held
    found = custody(agent)
    assert found.contradicted is not None
    assert not found.nothing_missing
    assert meta.get(agent.db, "contradiction")["head"]["sig"]


def test_an_office_set_back_by_hand_is_refused(
    agent: Agent, office: Office, tmp_path: Path
) -> None:
    agent.visit(visit="v1")
    agent.sync()
    old = copied(office, tmp_path / "old")
    agent.visit(visit="v2")
    agent.sync()
    with talking_to(old, agent):
        refused(agent, 0)
    agent.record("comment_added", {"text": "after"})
    with talking_to(old, agent):
        refused(agent, 1)
        with old.db() as db, db.writing():
            db.do("UPDATE feed SET epoch = 'anew'")
        refused(agent, 15)
    assert agent.sync().complete
    assert outgoing.count_unsent(agent.db) == 0
    found = custody(agent)
    assert found.contradicted is not None  # kept, though it is over
    assert found.nothing_missing


def test_a_sync_with_nothing_new_brings_the_time(agent: Agent) -> None:
    agent.visit()
    agent.sync()
    before = meta.get(agent.db, "tree_head")
    agent.clock.pass_(hours=14)
    agent.sync()
    assert meta.get(agent.db, "tree_head")["bt"] > before["bt"]


def test_two_views_of_one_log_do_not_meet_again(
    joined: Callable[..., Agent], office: Office, tmp_path: Path
) -> None:
    one, other = joined("A1"), joined("A1", "device-2")
    one.visit(visit="v1")
    one.sync()
    other.sync()
    split = copied(office, tmp_path / "split")
    one.visit(visit="v2")
    one.sync()
    with talking_to(split, other):
        other.visit(visit="v3")
        other.sync()
        assert other.sync().complete
    other.record("comment_added", {"text": "after"})
    refused(other, 1)


def test_a_restored_office_is_told_apart_and_cannot_go_back(
    agent: Agent, office: Office, clock: Clock, tmp_path: Path
) -> None:
    agent.visit(visit="v1")
    agent.sync()
    former = meta.get(agent.db, "tree_head")["origin"]
    backups.backup(office, tmp_path / "backup.tar", "a long passphrase")
    agent.visit(visit="v2")
    agent.sync()
    restored = backups.restore(
        tmp_path / "backup.tar", tmp_path / "restored", "a long passphrase", clock
    )
    with talking_to(restored, agent):
        agent.record("comment_added", {"text": "before the office is met"})
        agent.sync()
        assert agent.sync().complete
        agent.record("comment_added", {"text": "after"})
        agent.sync()
        found = custody(agent)
        assert found.nothing_missing
        assert found.begun_anew is not None
        assert found.contradicted is None
        assert [one["origin"] for one in meta.get(agent.db, "former_heads")] == [former]
    record = [entry.event for entry in events.history(agent.db, "case-1")]
    assert chain.check(record, public_text(agent.keys.event_key)) == []
    refused(agent, len(record))
