"""Spoken approval: terms beyond the agent's authority, approved over the phone with no data link.

The agent's app shows a request, four letters of chance, and the exact terms. The lead's app is
told both and shows eight letters; the agent types them. The code is a MAC over case, terms and
request with a secret the office gave the team's devices: it opens these terms, on this case, for
this request, once. Both sides record `approval_given` with the same hash and code.

The secret lies on the agent's device too. Who breaks into that device can forge a code, but not
the lead's own event: the office finds an approval without its twin at the next sync
(`unmatched`).
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.terms import spoken, terms_hash
from agent_app.journal.canonical import canonical
from agent_app.journal.signing import labelled
from agent_app.journal.speech import heard, spell

__all__ = ["accepts", "code", "request", "spoken", "team_secret", "terms_hash", "unmatched"]

LETTERS = 8
LABEL = "approval v1"


def team_secret(master: bytes, team: str) -> bytes:
    """The 32 bytes the office derives from a key of its own for the devices of one team."""
    return hmac.digest(master, labelled("approval team v1", team.encode()), "sha256")


def request(entropy: bytes) -> str:
    """What the agent reads out with the terms: four letters from at least 4 random bytes."""
    return spell(entropy[:4], 4)


def code(secret: bytes, *, case: str, terms: Mapping[str, Any], request: str) -> str:
    """The eight letters, `7K3M-9Q2X`, for exactly these terms on this case and request."""
    claim = {"case": case, "terms": terms_hash(terms), "request": heard(request)}
    return spell(hmac.digest(secret, labelled(LABEL, canonical(claim)), "sha256"), LETTERS)


def accepts(
    typed: str,
    secret: bytes,
    *,
    case: str,
    terms: Mapping[str, Any],
    request: str,
    used: Collection[str] = (),
) -> bool:
    """Whether what was typed approves these terms now. `used` are codes already spent here."""
    right = heard(code(secret, case=case, terms=terms, request=request))
    spent = {heard(one) for one in used}
    return hmac.compare_digest(heard(typed).encode(), right.encode()) and right not in spent


def unmatched(events: Iterable[Event], leads: Collection[str]) -> list[Event]:
    """Approvals no lead recorded, `leads` being those who may approve: the office asks about
    each. A lead's own is never among them: what was approved need not have been used."""
    given = [event for event in events if event.kind == "approval_given"]
    told = {_claim(event) for event in given if event.user in leads}
    return [e for e in given if e.user not in leads and _claim(e) not in told]


def _claim(event: Event) -> tuple[object, ...]:
    return event.case, event.body["terms_hash"], heard(str(event.body["code"]))
