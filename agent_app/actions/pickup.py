"""The link behind the QR with which the debtor fetches an equal copy; made with no network."""

from __future__ import annotations

from urllib.parse import urljoin

from agent_app.actions.desk import Desk
from agent_app.domain.errors import NotAllowed, Unavailable
from agent_app.domain.moment import Moment
from agent_app.journal import pickup
from agent_app.store import events

_PAPERS = {"agreement_signed": "agreement", "letter_printed": "serial"}


def pickup_link(desk: Desk, at: Moment, *, case: str, serial: str) -> str:
    """The address of the debtor's copy of a paper of this device; another one at every call.

    Raises NotAllowed for a paper that is not this device's, Unavailable when the office has not
    said where papers are fetched.
    """
    org = desk.office.get("org", {})
    page = str(org.get("pickup_url") or urljoin(org.get("check_url", ""), "/paper/"))
    if not page.startswith(("http://", "https://")):
        raise Unavailable("the office has no page to fetch papers from")
    for event in events.of_case(desk.db, case):
        named = _PAPERS.get(event.kind)
        if named and event.body.get(named) == serial and event.device == desk.device:
            return page + pickup.issue(
                event.id,
                at.wall,
                public_key=desk.public_key,
                sign=desk.sign,
                nonce=desk.entropy(pickup.NONCE),
            )
    raise NotAllowed(f"{serial} was not made on this device")
