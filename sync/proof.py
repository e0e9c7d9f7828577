"""The office's proof of a visit, for who may see its case: what a bundle is put together from."""

from __future__ import annotations

import msgspec

from agent_app.domain.errors import Unavailable
from agent_app.domain.events import Event
from agent_app.journal.bundle import Proof
from sync.messages import Evidence
from sync.transport import Transport


def fetch_proof(transport: Transport, visit: str) -> Proof:
    """Raises Offline without a line, BadInput for a visit that is not here or not this person's to
    see, Unavailable when the answer cannot be read."""
    with transport.call("GET", f"/v1/visits/{visit}/evidence") as reply:
        body = reply.expect(200).body()
    try:
        found = msgspec.json.decode(body, type=Evidence)
        events = tuple(Event.from_json(msgspec.json.decode(raw)) for raw in found.events)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise Unavailable("the office's evidence cannot be read") from error
    return Proof(events, found.receipts, found.log_key, found.warrants, found.scripts)
