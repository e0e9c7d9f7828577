"""A telephone number or an address turned out to be another: the old one stays in the history."""

from __future__ import annotations

import re

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.moment import Moment

_NUMBER = re.compile(r"\+?[0-9][0-9 \-]{4,18}[0-9]")
NEW = "new"


def change_phone(
    desk: Desk, at: Moment, *, case: str, phone: str, number: str, visit: str | None = None
) -> Change:
    """`number` instead of the telephone `phone` (its id), or beside the others when it is NEW."""
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        raise BadInput(Fault("not a telephone number", field="number", mend="digits, 6 to 20"))
    known = {one["id"]: one for one in desk.row(case).get("phones", ())}
    old = known[phone]["number"] if phone in known else ""
    if any(one["number"] == number for one in known.values()):
        raise BadInput(Fault("this number is known already", field="number"))
    body = {
        "field": "phone",
        "phone": phone if phone in known else f"phone-{new_id(desk, at)[-12:]}",
        "old": old,
        "new": number,
    }
    record(desk, at, "contact_changed", body, case=case, visit=visit)
    return Change.of([case], "case", "outbox")


def change_address(
    desk: Desk, at: Moment, *, case: str, address: str, text: str, kind: str, near: bool,
    visit: str | None = None,
) -> Change:  # fmt: skip
    """`text` instead of the address `address` (its id), or beside the others when it is NEW.

    `near`: it lies in the same region as the one before, whose rules and hours then still hold;
    a region not known is never guessed.
    """
    if len(text.strip()) < 4:
        raise BadInput(Fault("no address", field="text", mend="street, house and door"))
    listed = desk.row(case).get("addresses", ())
    old = next((one for one in listed if one["id"] == address), None)
    model = old or next(iter(listed), None)
    told = {
        "id": address if old else f"addr-{new_id(desk, at)[-12:]}",
        "kind": kind,
        "text": text.strip(),
    }
    if near and model is not None:
        told |= {name: model[name] for name in ("region", "tz") if model.get(name)}
    record(desk, at, "address_changed", {"address": told}, case=case, visit=visit)
    return Change.of([case], "case", "today", "outbox")
