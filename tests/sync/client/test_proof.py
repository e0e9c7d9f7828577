"""The proof of a visit asked for by the lead's device, and the bundle it signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent_app.domain.errors import BadInput
from agent_app.journal import bundle, chain
from agent_app.journal.signing import public_text, signer
from agent_app.verify import verify_file
from sync.proof import fetch_proof
from sync.server.office import Office
from tests.support.field import Agent


def test_the_leads_device_signs_a_redacted_bundle(
    joined: Callable[..., Agent], office: Office, tmp_path: Path
) -> None:
    agent, lead = joined(), joined("L1", "device-2")
    agent.sync()
    agent.visit()
    agent.sync()
    lead.sync()
    proof = fetch_proof(lead.transport, "visit-1")
    out, key = tmp_path / "visit.bundle", lead.keys.event_key
    bundle.write(
        out,
        visit="visit-1",
        proof=replace(proof, events=[chain.redact(event, {"code"}) for event in proof.events]),
        files={},
        maker=bundle.Maker(public_text(key), signer(key), lead.clock.at),
    )
    report = verify_file(out, log_key=office.keys.log_public)
    assert report.ok, report.broken
    assert any("outcome_recorded -code" in line for line in report.lines)
    with pytest.raises(BadInput, match="no_such_visit"):
        fetch_proof(lead.transport, "visit-2")
