"""The agent's credential, which the debtor can check: name, badge, principal, valid today.

It is a seal of kind `credential` for one appointment on one day. It names no case and no sum:
whoever scans it over the debtor's shoulder learns nothing of a debt.
"""

from __future__ import annotations

from datetime import datetime

from agent_app.domain.errors import BadInput, Fault
from agent_app.journal.sealcode import Seal, encode
from agent_app.journal.signing import Sign


def issue(
    *,
    name: str,
    badge: str,
    principal: str,
    appointment: str,
    at: datetime,
    until: datetime,
    public_key: str,
    sign: Sign,
) -> str:
    """The seal text, valid from `at` to `until` (aware, same local day; else BadInput).

    `appointment` is a reference the debtor was told; `principal` the firm the agent comes for.
    """
    if not at < until or (until - at).days:
        raise BadInput(Fault("a credential holds for one day", field="until", value=str(until)))
    seal = Seal(
        kind="credential",
        serial=appointment,
        issued=at,
        until=until,
        agent=f"{name} {badge}",
        principal=principal,
    )
    return encode(seal, public_key=public_key, sign=sign)
