"""The values of one row → one case, as every device will read it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from agent_app.domain.model import Address
from agent_app.domain.money import plain_amount
from agent_app.timezones import zone_of
from sync.server.imports.cells import Unreadable
from sync.server.imports.mapping import FileMapping

Values = Mapping[str, Any]
Case = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What a row does not say: `check_secret` salts the identity checks, the same every time."""

    agency: Mapping[str, Any]
    creditors: Mapping[str, Mapping[str, Any]]
    creditor_default: Mapping[str, Any]
    authority: Mapping[str, Any]
    check_secret: bytes


def build(values: Values, mapping: FileMapping, office: OfficeFacts) -> Case:
    """The case of one row. Raises Unreadable when its values contradict each other."""
    _agree(values)
    assigned = date.fromisoformat(values["assigned_on"])
    product = _product(values["product"], mapping)
    creditor, payment = _creditor(values["creditor"], product["owner"], office)
    return {
        "id": values["case"],
        "creditor": creditor,
        "agency": {"id": office.agency["id"], "name": office.agency["name"]},
        "product": {"name": values["product"], "kind": product["kind"]},
        "scope": {
            "pack": mapping.case["pack"],
            "collector_role": mapping.case["collector_role"],
            "branch": values.get("branch") or "",
        },
        "pack": mapping.case["pack"],
        "debtor": _debtor(values, office.check_secret),
        "checks": _checks(values, office.check_secret),
        "phones": _phones(values),
        "addresses": _addresses(values, mapping),
        "balance": {
            **{name: values[name] for name in ("principal", "interest", "fees", "total")},
            "currency": values["currency"],
            "as_of": values["assigned_on"],
            "credit_limit": values.get("credit_limit"),
        },
        "overdue_since": (assigned - timedelta(days=values["days_overdue"])).isoformat(),
        "days_overdue": values["days_overdue"],
        "bucket": values["bucket"],
        "history": _history(values, assigned),
        "last_payment": _last_payment(values),
        "contacts": _contacts(values),
        "holds": [
            {key: value for key, value in one.items() if value} for one in values.get("holds") or ()
        ],
        "promises": values.get("promises") or [],
        "agreement": None,
        "visits": {},
        "flags": {},
        "crew": {
            "agents": [user for user in (values["agent"], values.get("partner")) if user],
            "lead": values["lead"],
        },
        "assigned_at": values["assigned_on"],
        "lease_end": values["lease_end"],
        "authority": dict(office.authority),
        "rungs": {"required": list(mapping.case["rungs"])},
        "payment_channel": payment,
        "priority": values.get("priority") or _priority(values),
        "note": values.get("note") or "",
    }


def _agree(values: Values) -> None:
    owed = {name: values[name] for name in ("principal", "interest", "fees", "total")}
    below = next((name for name in owed if owed[name] < 0), None)
    parts, currency = sum(owed.values()) - owed["total"], values["currency"]
    if parts != owed["total"]:
        found = f"{plain_amount(owed['total'], currency)}, not {plain_amount(parts, currency)}"
        mend = "principal + interest + fees"
        raise Unreadable("the total is not the sum of its parts", mend, "total", found)
    if below is not None:
        found = plain_amount(owed[below], currency)
        raise Unreadable("a negative amount", "what is owed is not negative", below, found)
    if values["lease_end"] < values["assigned_on"]:
        mend, found = "the later date must be later", values["lease_end"]
        raise Unreadable("returned before it was assigned", mend, "lease_end", found)
    paid, paid_on = values.get("last_paid"), values.get("last_paid_on")
    if (paid and not paid_on) or (paid_on and paid is None):
        found = paid_on or plain_amount(paid or 0, currency)
        message = "a payment without its date, or the reverse"
        raise Unreadable(message, "both or neither", "last_paid_on", found)


def _product(name: str, mapping: FileMapping) -> dict[str, str]:
    products = mapping.tables.get("products", {})
    known = products.get(name) or products.get(name.lower(), {})
    return {"kind": known.get("kind", "other"), "owner": known.get("creditor", "other")}


def _creditor(name: str, owner: str, office: OfficeFacts) -> tuple[Case, Case]:
    """The creditor and where to pay; one the office has no facts of gets the default account."""
    facts = office.creditors.get(name)
    if facts is None:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        facts = {**office.creditor_default, "id": f"CR-{digest}", "name": name, "type": owner}
        payment = {**office.creditor_default.get("payment", {}), "name": name}
    else:
        payment = dict(facts.get("payment", {}))
    creditor = {key: value for key, value in facts.items() if key != "payment"}
    return creditor, payment


def _debtor(values: Values, secret: bytes) -> Case:
    """`id` is the same in every case of a person, and tells nothing of the number it is made of."""
    number = values.get("id_number")
    digest = hmac.digest(secret, f"debtor {number}".encode(), "sha256").hex()
    return {
        "id": f"P-{digest[:16]}" if number else values["case"],
        "name": values["name"],
        "sex": values.get("sex") or "",
        "age": values.get("age"),
        "id_masked": _masked(number or ""),
        "language": values.get("language") or "zh_CN",
        "employer": values.get("employer") or "",
    }


def _masked(id_number: str) -> str:
    """The region only. Birth date and last four stay hidden: they are what identity checks ask,
    and an agent who can read the answer has proven nothing by typing it."""
    return id_number[:4] + "*" * (len(id_number) - 4)


def _checks(values: Values, secret: bytes) -> list[Case]:
    """What the debtor may be asked, as salted hashes; a birth month is two digits."""
    answers = {}
    if id_number := values.get("id_number"):
        answers["id_last4"] = id_number[-4:]
        answers["birth_month"] = id_number[10:12]
    if phone := values.get("phone"):
        answers["phone_last4"] = phone[-4:]
    checks = []
    for name, answer in sorted(answers.items()):
        salt = hmac.digest(secret, f"{values['case']} {name}".encode(), "sha256")[:16]
        digest = hashlib.sha256(salt + answer.encode()).hexdigest()
        checks.append({"field": name, "salt": salt.hex(), "hash": digest})
    return checks


def _phones(values: Values) -> list[Case]:
    if not values.get("phone"):
        return []
    return [{"id": "p1", "number": values["phone"], "label": "own"}]


def _addresses(values: Values, mapping: FileMapping) -> list[Case]:
    placed = values.get("lat") is not None and values.get("lon") is not None
    home = Address("a1", "home", values["home"])
    if placed:
        datum = values.get("datum") or mapping.case["datum"]
        home = replace(home, lat=values["lat"], lon=values["lon"], datum=datum)
    found = [_address(home, mapping)]
    if work := values.get("work"):
        found.append(_address(Address("a2", "work", work), mapping))
    return found


def _address(bare: Address, mapping: FileMapping) -> Case:
    """The address as every device reads it; its zone is the file's, else where it lies."""
    regions = mapping.tables.get("regions", {})
    region = next((code for start, code in regions.items() if bare.text.startswith(start)), "")
    there = replace(bare, region=region, tz=mapping.case.get("tz", ""))
    return asdict(replace(there, tz=zone_of(there)))


def _history(values: Values, assigned: date) -> list[Case]:
    """Newest month first, the month before the assignment being the newest statement."""
    bills, payments = values.get("bills") or [], values.get("payments") or []
    if len(bills) != len(payments):
        counts = f"{len(bills)} and {len(payments)}"
        mend = "the same count of months"
        raise Unreadable("bills and payments differ in number", mend, "bills", counts)
    month, found = assigned.replace(day=1), []
    for bill, paid in zip(bills, payments, strict=True):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append({"month": month.isoformat()[:7], "bill": bill, "paid": paid})
    return found


def _last_payment(values: Values) -> Case | None:
    if not values.get("last_paid_on"):
        return None
    return {"at": values["last_paid_on"], "amount": values["last_paid"]}


def _contacts(values: Values) -> list[Case]:
    """Dated entries as they are; the rest of those counted took place by the assignment."""
    dated = values.get("contacts") or []
    described = [one["channel"] for one in dated]
    counted = []
    for one in values.get("attempts") or ():
        if one["channel"] in described:
            described.remove(one["channel"])
        else:
            counted.append({"at": values["assigned_on"], "bound": "latest", **one})
    return [{**one, "by": "handover"} for one in (*counted, *dated)]


def _priority(values: Values) -> int:
    """Larger is sooner: the later stages first, then the larger sums."""
    stage = int("".join(sign for sign in values["bucket"] if sign.isdigit()) or 0)
    return min(stage, 9) * 10 + min(len(str(values["total"])), 9)
