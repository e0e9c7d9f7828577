"""A spoken approval that no lead gave comes to light at the lead's next sync."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sync.server.office import Office
from tests.support.offices import FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]
GIVEN = {"terms_hash": "ab" * 32, "code": "7K3M-9Q2X", "request": "AAAA", "terms": {}}


def alerts(office: Office) -> list[dict[str, Any]]:
    with office.db() as db:
        return db.rows("SELECT kind, device, detail FROM alerts")


@pytest.fixture
def sides(office: Office, enrolled: Enrolled) -> tuple[FieldDevice, FieldDevice]:
    give_cases(office, "A1", "case-1")
    agent, lead = enrolled("A1"), enrolled("L1")
    agent.journal.record("visit_started", {"address": "addr-1", "crew": []})
    agent.journal.record("approval_given", GIVEN)
    return agent, lead


def test_an_approval_of_both_sides_alerts_nobody(
    office: Office, sides: tuple[FieldDevice, FieldDevice]
) -> None:
    agent, lead = sides
    lead.journal.record("approval_given", GIVEN | {"code": "7k3m 9q2x"}, visit=None)
    agent.sync()
    assert alerts(office) == []
    lead.sync()
    assert alerts(office) == []


def test_an_approval_the_lead_never_gave_is_alerted_once(
    office: Office, sides: tuple[FieldDevice, FieldDevice], enrolled: Enrolled
) -> None:
    agent, lead = sides
    colleague = enrolled("A2")
    give_cases(office, "A2", "case-2")
    colleague.journal.record("approval_given", GIVEN, case="case-2")
    colleague.sync()
    agent.sync()
    assert alerts(office) == []
    lead.sync()
    lead.sync()
    found = {one["device"]: one for one in alerts(office)}
    assert found.keys() == {agent.journal.name, colleague.journal.name}
    told = found[agent.journal.name]
    assert told["kind"] == "approval_unmatched"
    assert json.loads(told["detail"])["case"] == "case-1"


def test_nobody_is_alerted_while_the_lead_has_not_sent_all(
    office: Office, sides: tuple[FieldDevice, FieldDevice]
) -> None:
    """A long push is cut in pieces; the lead's own approval may be in a later one."""
    agent, lead = sides
    agent.sync()
    lead.journal.record("comment_added", {"text": "x"}, visit=None)
    lead.journal.record("approval_given", GIVEN, visit=None)
    lead.sync(lead.journal.events[:1])
    assert alerts(office) == []
    lead.sync()
    assert alerts(office) == []


def test_the_twin_from_another_device_of_the_lead_takes_the_alert_back(
    office: Office, sides: tuple[FieldDevice, FieldDevice], enrolled: Enrolled
) -> None:
    agent, lead = sides
    agent.sync()
    lead.sync()
    assert len(alerts(office)) == 1
    second = enrolled("L1", "tablet")
    second.journal.record("approval_given", GIVEN, visit=None)
    second.sync()
    assert alerts(office) == []
