"""What every paper needs besides its template: facts of the office, a serial number, a seal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.errors import Unavailable
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money
from agent_app.journal import sealcode
from agent_app.journal.canonical import digest
from agent_app.journal.sealcode import Seal
from agent_app.store import serials
from agent_app.store.filebox import StoredFile

SERIALS = serials.NAME


def next_serial(desk: Desk, kind: str) -> str:
    """The next number of the block leased to this device, spent for good.

    `kind` is the letter before the number (L letter, A agreement, R receipt). Call inside the
    transaction that records its use: a paper that was never recorded leaves no gap.
    """
    serial = peek_serial(desk, kind)
    serials.spend(desk.db)
    return serial


def peek_serial(desk: Desk, kind: str) -> str:
    """The number `next_serial` would give; Unavailable when the block is used up."""
    found = serials.peek(desk.db)
    if found is None:
        raise Unavailable("no serial numbers are left on this device; sync to get more")
    return f"{found[0]}{kind}{found[1]:06d}"


def office_facts(desk: Desk, case: Case) -> dict[str, Any]:
    """What papers say of the office and the two at the door (`documents.fields.case_fields`)."""
    org = desk.office.get("org", {})
    people = {one["id"]: one for one in desk.office.get("people", ())}
    crew = [
        {"name": people.get(user, {}).get("name", user), "badge": _badge(people, user)}
        for user in case.crew
    ]
    agency = org.get("agency", {})
    creditors = {one.get("id"): one for one in org.get("creditors", ())}
    me = {"name": people.get(desk.user, {}).get("name", desk.user), "phone": agency.get("phone")}
    return {
        "agency": agency,
        "creditor": creditors.get(case.creditor.id, {}),
        "crew": crew,
        "contact": me,
    }


def paper_seal(
    desk: Desk, at: Moment, case: Case, *, kind: str, serial: str, terms: object,
    names_debt: bool, sum: Money | None = None,
) -> str:  # fmt: skip
    """The text of the QR on a paper: who, which case, what sum, when, signed by this device.

    `terms` is what the paper binds to; its hash is in the seal. `sum` is the one the paper
    prints, so that whoever checks can hold it against the seal. A paper that does not name the
    debt names neither creditor nor case.
    """
    office = office_facts(desk, case)
    me = next((one for one in office["crew"] if one["name"] == office["contact"]["name"]), None)
    return sealcode.encode(
        Seal(
            kind=kind,
            serial=serial,
            issued=at.wall,
            agent=f"{me['name']} {me['badge']}" if me else desk.user,
            principal=case.creditor.name if names_debt else "",
            case=case.id if names_debt else "",
            sum=sum,
            document=digest(terms),
        ),
        public_key=desk.public_key,
        sign=desk.sign,
    )


def keep_paper(
    desk: Desk, at: Moment, pdf: bytes, *, event: str, slot: str, reason: str = ""
) -> tuple[StoredFile, bytes]:
    """Seal a paper with this device's certificate and keep it; the file, and its exact bytes."""
    from agent_app.documents.sealing import pades

    sealed = pades.seal(pdf, desk.document_key, desk.document_chain, at=at.wall, reason=reason)
    return desk.files.write(sealed, event=event, slot=slot, type="application/pdf"), sealed


def printed_seal(desk: Desk, seal: str) -> str:
    """What the QR of a paper holds: a link to the office's check page with the seal in it, so that
    any telephone opens it; the bare seal where the office has no page or its address is too long.
    """
    from agent_app.documents.qr import VERSION_10, small_enough

    url = desk.office.get("org", {}).get("check_url")
    link = sealcode.link(url, seal) if url else seal
    return link if small_enough(link).size <= VERSION_10 else seal


def _badge(people: Mapping[str, Any], user: str) -> str:
    return people.get(user, {}).get("badge") or user
