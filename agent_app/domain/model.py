"""A case as the application reads it. The raw row stays whole beside this view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class Party:
    """A creditor or an agency; `type` is bank, consumer_finance, micro_loan or other."""

    id: str
    name: str
    type: str = "other"


@dataclass(frozen=True, slots=True)
class Debtor:
    id: str
    name: str
    sex: str = ""
    age: int | None = None
    id_masked: str = ""
    language: str = "zh_CN"
    employer: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """`tz` is IANA, empty when not known; `lat` and `lon` are degrees in `datum` (WGS-84,
    GCJ-02 or BD-09)."""

    id: str
    kind: str
    text: str
    region: str = ""
    tz: str = ""
    lat: float | None = None
    lon: float | None = None
    datum: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    principal: Money
    interest: Money
    fees: Money
    total: Money
    as_of: date


@dataclass(frozen=True, slots=True)
class Month:
    """One month of history, "2026-10"; what was billed and what was paid."""

    month: str
    bill: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Contact:
    """An earlier contact from the hand-over file; channel sms, call, letter or visit. `to` is the
    number called or the id of the address visited, empty where the file does not tell."""

    at: datetime | date | None
    channel: str
    result: str = ""
    by: str = ""
    to: str = ""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Contact:
        """The view of one row; ValueError for a time that cannot be read."""
        words = (str(raw.get(key) or "") for key in ("result", "by", "to"))
        return cls(when(raw.get("at")), raw["channel"], *words)


@dataclass(frozen=True, slots=True)
class Mark:
    """That an event of `kind` happened to this case (see `project.MARKED`)."""

    event: str
    kind: str
    at: datetime
    visit: str | None
    user: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that came with the row: dispute, stop_contact, live_plan, breathing_space …
    `extended`: how often it was prolonged."""

    kind: str
    since: datetime | date | None = None
    until: datetime | date | None = None
    extended: int = 0


class Credential(NamedTuple):
    user: str
    kind: str
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Authority:
    """What the agent may grant alone; beyond it `approver` must approve."""

    max_discount_bp: int = 0
    max_months: int = 0
    min_first: int = 0
    approver: str = "lead"


@dataclass(frozen=True, slots=True)
class Case:
    """A frozen, typed view of one row; `raw` is the row, unknown fields included."""

    id: str
    revision: int
    pack: str
    creditor: Party
    agency: Party
    product_name: str
    product_kind: str
    debtor: Debtor
    balance: Balance
    overdue_since: date | None
    days_overdue: int
    bucket: str
    addresses: tuple[Address, ...]
    history: tuple[Month, ...]
    contacts: tuple[Contact, ...]
    marks: tuple[Mark, ...]
    holds: tuple[Hold, ...]
    crew: tuple[str, ...]
    lead: str
    credentials: tuple[Credential, ...]
    authority: Authority
    rungs: tuple[str, ...]
    assigned_at: date | None
    lease_end: date | None
    priority: int
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Case:
        """The view of `raw`; BadInput naming the case when a needed field is missing or wrong."""
        try:
            return _read(raw)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            fault = Fault(
                "the case row cannot be read",
                file=str(raw.get("id", "?")),
                field=str(error.args[0]) if isinstance(error, KeyError) else "",
                mend="send the row again",
            )
            raise BadInput(fault) from error

    @property
    def currency(self) -> str:
        return self.balance.total.currency

    def address(self, address_id: str) -> Address:
        """The address of that id; KeyError when the case has none such."""
        for one in self.addresses:
            if one.id == address_id:
                return one
        raise KeyError(address_id)

    def visit(self, visit_id: str) -> Mapping[str, Any]:
        """The state of one visit (see `project.visit_state`); KeyError when unknown."""
        state: Mapping[str, Any] = self.raw.get("visits", {})[visit_id]
        return state

    @property
    def open_visit(self) -> str | None:
        """The id of the visit now open, if any."""
        for visit_id, state in self.raw.get("visits", {}).items():
            if state["state"] == "open":
                return str(visit_id)
        return None


def day(value: Any) -> date | None:
    """A date from ISO text, None from nothing."""
    return date.fromisoformat(str(value)[:10]) if value else None


FOREVER = date(2900, 1, 1)
"""What a row means by 9999-12-31 and the like: later than anything is planned for."""
_LONG_AGO = date(1900, 1, 1)


def when(value: Any) -> datetime | date | None:
    """An aware datetime or a plain date from ISO text, None from nothing.

    A time without its offset tells only its day: where on earth it was is not known.
    """
    if not value:
        return None
    text = str(value)
    found = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if not _LONG_AGO.year <= found.year < FOREVER.year:
        return FOREVER if found.year >= FOREVER.year else _LONG_AGO
    return found.date() if isinstance(found, datetime) and found.tzinfo is None else found


def _read(raw: Mapping[str, Any]) -> Case:
    balance = raw["balance"]
    currency = balance["currency"]
    product = raw["product"]
    crew = raw.get("crew") or {}
    authority = raw.get("authority") or {}
    return Case(
        id=raw["id"],
        revision=int(raw.get("revision", 0)),
        pack=raw.get("pack", "cn"),
        creditor=_party(raw["creditor"]),
        agency=_party(raw.get("agency") or {"id": "", "name": ""}),
        product_name=product["name"],
        product_kind=product.get("kind", "other"),
        debtor=_debtor(raw["debtor"]),
        balance=Balance(
            principal=Money(int(balance["principal"]), currency),
            interest=Money(int(balance["interest"]), currency),
            fees=Money(int(balance["fees"]), currency),
            total=Money(int(balance["total"]), currency),
            as_of=date.fromisoformat(balance["as_of"]),
        ),
        overdue_since=day(raw.get("overdue_since")),
        days_overdue=int(raw.get("days_overdue") or 0),
        bucket=raw.get("bucket", ""),
        addresses=tuple(_address(one) for one in raw.get("addresses", ())),
        history=tuple(
            Month(one["month"], Money(one["bill"], currency), Money(one["paid"], currency))
            for one in raw.get("history", ())
        ),
        contacts=tuple(Contact.read(one) for one in raw.get("contacts", ())),
        marks=tuple(_mark(one) for one in raw.get("marks", ())),
        holds=tuple(
            Hold(
                one["kind"],
                when(one.get("since")),
                when(one.get("until")),
                int(one.get("extended") or 0),
            )
            for one in raw.get("holds", ())
        ),
        crew=tuple(crew.get("agents", ())),
        lead=crew.get("lead", ""),
        credentials=tuple(
            Credential(one["user"], one["kind"], day(one.get("valid_until")))
            for one in crew.get("credentials", ())
        ),
        authority=Authority(
            int(authority.get("max_discount_bp", 0)),
            int(authority.get("max_months", 0)),
            int(authority.get("min_first_minor", 0)),
            str(authority.get("approver", "lead")),
        ),
        rungs=tuple((raw.get("rungs") or {}).get("required", ())),
        assigned_at=day(raw.get("assigned_at")),
        lease_end=day(raw.get("lease_end")),
        priority=int(raw.get("priority", 0)),
        raw=raw,
    )


def _party(raw: Mapping[str, Any]) -> Party:
    return Party(raw["id"], raw["name"], raw.get("type", "other"))


def _debtor(raw: Mapping[str, Any]) -> Debtor:
    return Debtor(
        raw["id"],
        raw["name"],
        raw.get("sex") or "",
        raw.get("age"),
        raw.get("id_masked") or "",
        raw.get("language") or "zh_CN",
        raw.get("employer") or "",
    )


def _address(raw: Mapping[str, Any]) -> Address:
    return Address(
        raw["id"],
        raw.get("kind", "home"),
        raw["text"],
        raw.get("region") or "",
        raw.get("tz") or "",
        raw.get("lat"),
        raw.get("lon"),
        raw.get("datum"),
    )


def _mark(raw: Mapping[str, Any]) -> Mark:
    return Mark(
        raw["event"],
        raw["kind"],
        datetime.fromisoformat(raw["at"]),
        raw.get("visit"),
        raw.get("user", ""),
        raw.get("body") or {},
    )
