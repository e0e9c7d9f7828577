"""A case as the application reads it. The raw row stays whole beside this view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from agent_app.domain.dates import day, when
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.money import Money


@dataclass(frozen=True, slots=True)
class Party:
    """A creditor or an agency; `type` is bank, consumer_finance, micro_loan or other."""

    id: str
    name: str
    type: str = "other"

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Party:
        return cls(raw["id"], raw["name"], raw.get("type", "other"))


@dataclass(frozen=True, slots=True)
class Debtor:
    id: str
    name: str
    sex: str = ""
    age: int | None = None
    id_masked: str = ""
    language: str = "zh_CN"
    employer: str = ""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Debtor:
        return cls(
            raw["id"],
            raw["name"],
            raw.get("sex") or "",
            raw.get("age"),
            raw.get("id_masked") or "",
            raw.get("language") or "zh_CN",
            raw.get("employer") or "",
        )


_RURAL = re.compile(
    "[乡镇鄉鎮].*[村屯寨组組队隊]|苏木.*嘎查|部落|\\b(?:village|vill|hamlet)\\b", re.IGNORECASE
)
_STREET_OFFICE = re.compile("街道")


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

    @property
    def rural(self) -> bool:
        """Whether the text names a village, so that what a map gives for it lies far off more
        often: a town or township and below it a village or hamlet, but no street office."""
        return bool(_RURAL.search(self.text)) and not _STREET_OFFICE.search(self.text)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Address:
        return cls(
            raw["id"],
            raw.get("kind", "home"),
            raw["text"],
            raw.get("region") or "",
            raw.get("tz") or "",
            raw.get("lat"),
            raw.get("lon"),
            raw.get("datum"),
        )


@dataclass(frozen=True, slots=True)
class Balance:
    principal: Money
    interest: Money
    fees: Money
    total: Money
    as_of: date

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Balance:
        def money(name: str) -> Money:
            return Money(int(raw[name]), raw["currency"])

        sums = money("principal"), money("interest"), money("fees"), money("total")
        return cls(*sums, date.fromisoformat(raw["as_of"]))


@dataclass(frozen=True, slots=True)
class Month:
    """One month of history, "2026-10"; what was billed and what was paid."""

    month: str
    bill: Money
    paid: Money

    @classmethod
    def read(cls, raw: Mapping[str, Any], currency: str) -> Month:
        return cls(
            raw["month"], Money(int(raw["bill"]), currency), Money(int(raw["paid"]), currency)
        )


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

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Mark:
        return cls(
            raw["event"],
            raw["kind"],
            datetime.fromisoformat(raw["at"]),
            raw.get("visit"),
            raw.get("user", ""),
            raw.get("body") or {},
        )


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that came with the row: dispute, stop_contact, live_plan, breathing_space …
    `extended`: how often it was prolonged."""

    kind: str
    since: datetime | date | None = None
    until: datetime | date | None = None
    extended: int = 0

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Hold:
        since, until = when(raw.get("since")), when(raw.get("until"))
        return cls(raw["kind"], since, until, int(raw.get("extended") or 0))


class Credential(NamedTuple):
    user: str
    kind: str
    valid_until: date | None

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Credential:
        return cls(raw["user"], raw["kind"], day(raw.get("valid_until")))


@dataclass(frozen=True, slots=True)
class Authority:
    """What the agent may grant alone; beyond it `approver` must approve."""

    max_discount_bp: int = 0
    max_months: int = 0
    min_first: int = 0
    approver: str = "lead"

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Authority:
        return cls(
            int(raw.get("max_discount_bp", 0)),
            int(raw.get("max_months", 0)),
            int(raw.get("min_first_minor", 0)),
            str(raw.get("approver", "lead")),
        )


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


def _read(raw: Mapping[str, Any]) -> Case:
    balance, product, crew = Balance.read(raw["balance"]), raw["product"], raw.get("crew") or {}
    return Case(
        id=raw["id"],
        revision=int(raw.get("revision", 0)),
        pack=raw.get("pack", "cn"),
        creditor=Party.read(raw["creditor"]),
        agency=Party.read(raw.get("agency") or {"id": "", "name": ""}),
        product_name=product["name"],
        product_kind=product.get("kind", "other"),
        debtor=Debtor.read(raw["debtor"]),
        balance=balance,
        overdue_since=day(raw.get("overdue_since")),
        days_overdue=int(raw.get("days_overdue") or 0),
        bucket=raw.get("bucket", ""),
        addresses=tuple(map(Address.read, raw.get("addresses", ()))),
        history=tuple(Month.read(one, balance.total.currency) for one in raw.get("history", ())),
        contacts=tuple(map(Contact.read, raw.get("contacts", ()))),
        marks=tuple(map(Mark.read, raw.get("marks", ()))),
        holds=tuple(map(Hold.read, raw.get("holds", ()))),
        crew=tuple(crew.get("agents", ())),
        lead=crew.get("lead", ""),
        credentials=tuple(map(Credential.read, crew.get("credentials", ()))),
        authority=Authority.read(raw.get("authority") or {}),
        rungs=tuple((raw.get("rungs") or {}).get("required", ())),
        assigned_at=day(raw.get("assigned_at")),
        lease_end=day(raw.get("lease_end")),
        priority=int(raw.get("priority", 0)),
        raw=raw,
    )
