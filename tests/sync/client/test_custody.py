"""Where a visit's record is, in four states, over a real line; and a day's end by one root."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_bytes
from typing import cast

import pytest

from agent_app.actions.desk import Desk
from agent_app.domain.errors import Offline
from agent_app.queries.outbox import Outbox, outbox
from agent_app.store import events, files, meta, outgoing
from agent_app.store.db import Store, guarded
from sync import client
from sync.server import cases
from sync.server.cases import Changes
from sync.server.office import Office
from sync.transport import Transport
from tests.support.field import Agent


@dataclass
class Bench:
    """As much of a desk as custody reads."""

    db: Store
    device: str


def custody(agent: Agent) -> Outbox:
    return outbox(cast(Desk, Bench(agent.db, agent.keys.device)))


def states(agent: Agent) -> dict[str | None, str]:
    return {one.visit: one.state for one in custody(agent).parcels}


def hand_over(agent: Agent) -> None:
    """A sync whose line breaks before the answer."""
    client.prepare(agent.db, device=agent.keys.device, app="0.1.0")


def test_a_visit_is_saved_queued_received_and_confirmed(agent: Agent) -> None:
    agent.sync()
    agent.record("visit_started", {"address": "addr-1", "crew": ["A1", "A9"]})
    agent.record("photo_taken", {"slot": "p", "what": "door"}, attached={"p": b"\xff\xd8 photo"})
    agent.record("visit_ended")
    assert states(agent) == {"visit-1": "saved"}
    hand_over(agent)
    assert states(agent) == {"visit-1": "queued"}
    agent.record("comment_added", {"text": "later"})
    assert states(agent) == {"visit-1": "saved"}
    agent.sync()
    assert states(agent) == {"visit-1": "received"}
    assert not custody(agent).nothing_missing
    agent.upload()
    found = custody(agent)
    assert states(agent) == {"visit-1": "confirmed"}
    assert (found.confirmed, found.total, found.nothing_missing) == (4, 4, True)
    receipt = found.parcels[0].receipt
    assert receipt is not None
    assert receipt.entry == 4
    assert receipt.signed_at.tzinfo is not None


def test_47_of_47_only_when_both_ends_name_one_root(agent: Agent, office: Office) -> None:
    for number in range(6):
        agent.visit(visit=f"visit-{number}")
    for _ in range(5):
        agent.record("comment_added", {"text": "x"}, visit=None)
    agent.sync()
    found = custody(agent)
    assert (found.confirmed, found.total, found.nothing_missing) == (47, 47, True)
    assert found.root == events.head(agent.db, agent.keys.device)[1]
    with office.db() as db:
        assert db.value("SELECT head FROM devices WHERE id = ?", agent.keys.device) == found.root
    meta.put(agent.db, "held", {"count": 47, "head": "0" * 64})
    assert not custody(agent).nothing_missing


def test_a_receipt_that_was_lost_comes_with_a_later_sync(agent: Agent) -> None:
    agent.visit()
    agent.sync()
    with guarded():
        agent.db.execute("UPDATE events SET proof = NULL WHERE seq IN (2, 5)")
    assert states(agent) == {"visit-1": "received"}
    agent.sync()
    assert states(agent) == {"visit-1": "confirmed"}
    assert outgoing.unproven(agent.db, 10) == []


def test_nothing_is_deleted_before_the_receipt(agent: Agent, office: Office) -> None:
    """A case taken back while its visit is on the way stays whole until it is confirmed."""
    agent.sync()
    agent.record("visit_started", {"address": "addr-1", "crew": ["A1", "A9"]})
    agent.record("photo_taken", {"slot": "p", "what": "door"}, attached={"p": b"\xff\xd8 photo"})
    agent.record("visit_ended")
    with office.db() as db, db.writing():
        changes = Changes()
        cases.recall(db, changes, "case-1", "paid")
        changes.publish(db, office.now())
    agent.sync()
    assert len(files.of_visit(agent.db, "visit-1")) == 1
    assert states(agent)["visit-1"] == "received"
    agent.upload()
    agent.sync()
    assert states(agent) == {}
    assert custody(agent).nothing_missing


def test_without_a_line_everything_stays(agent: Agent) -> None:
    agent.visit()
    agent.transport = Transport("http://127.0.0.1:9", now=agent.clock, entropy=token_bytes)
    with pytest.raises(Offline):
        agent.sync()
    assert states(agent) == {"visit-1": "queued"}
    assert custody(agent).unsent == 7
