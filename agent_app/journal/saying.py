"""What an event says, in a reader's words: sums, people, choices; for paper and screen alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agent_app.domain.events import Event
from agent_app.figures import money
from agent_app.wording import Wording

MACHINE = frozenset(
    {"known", "marks", "seal", "document", "shown", "template", "template_sha256", "synced_at"}
    | {"terms", "terms_hash", "signature", "least", "snapshot", "ink", "language", "ref", "seconds"}
    | {"result", "type", "datum", "provider", "request"}
)
"""Fields a person has no use for."""
_LETTER = frozenset({"fields"})
_SUMS = frozenset({"income", "spending", "lines", "savings"})
_ORDER = (
    *("code", "who", "what", "name", "role", "agreement", "serial", "number", "due", "amount"),
    *("principal", "interest", "fees", "total", "kind", "months", "count", "first", "first_due"),
    *("last_due", "left", "income", "spending", "lines", "savings"),
)
"""Canonical bytes are in the order of the alphabet; a reader's order is another."""
_LAST = ("instalments", "checks", "signers", "note", "comment", "next")
_AREAS = {
    "answer": "agreement.missed_",
    "how": "letters.how_",
    "kind": "plan.kind_",
    "next": "dues.step_",
    "proof": "letters.proof_",
}
"""Where the words for a field's values are, before those that hold for any field."""
_NOTHING = frozenset({"pause", "discount_bp", "waived", "interest_added"})
"""Of a plan: not worth a line when there is none."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?")


class Question(Protocol):
    """What was asked in one language, and an answer to it in words."""

    @property
    def question(self) -> str: ...

    def read(self, value: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are alike: instalments, those who signed."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its name in the event, what it is called, and what it says."""

    field: str
    label: str
    said: str | Table | tuple[Line, ...]

    @property
    def flat(self) -> str:
        """What it says, on one line."""
        if isinstance(self.said, str):
            return self.said
        if isinstance(self.said, Table):
            return "; ".join(" ".join(filter(None, row)) for row in self.said.rows)
        return "; ".join(f"{line.label} {line.flat}" for line in self.said)


class Saying:
    """Events in one language. `names` says how to show users, `asked` what was asked by ref."""

    def __init__(
        self,
        words: Wording,
        names: Mapping[str, str] | None = None,
        asked: Mapping[str, Question] | None = None,
    ) -> None:
        self.words, self._names, self._asked = words, names or {}, asked or {}
        self._and = words.say("evidence.and")
        self._outcomes: dict[str, str] = {}

    def name(self, user: str) -> str:
        return self._names.get(user, user)

    def what(self, event: Event) -> str:
        """What kind of thing happened."""
        return self._choose(f"events.{event.kind}", event.kind)

    def label(self, field: str, kind: str = "") -> str:
        """What a field is called; some are called otherwise in one kind of event."""
        own = f"evidence.field_{kind}_{field}"
        return self._choose(own, self._choose(f"evidence.field_{field}", field))

    def question(self, event: Event) -> str:
        """What an answer answers."""
        ref = str(event.body.get("ref", ""))
        asked = self._asked.get(ref)
        return (asked.question if asked else "") or ref.rpartition("/")[2] or self.label("value")

    def file(self, slot: str) -> str:
        """What a file is, by its place in the event: photo-81fc2a is a photo."""
        return self._choose(f"evidence_files.{slot.partition('-')[0]}", slot)

    def lines(self, event: Event) -> Iterator[Line]:
        """The fields of an event that are for people; empty ones say nothing."""
        if event.kind == "answered":
            if "value" in event.body:
                yield Line("value", self.question(event), self._answer(event))
            return
        yield from self._fields(event.kind, _in_money(event.body))

    def machine(self, event: Event) -> Iterator[Line]:
        """The other fields."""
        for name, value in event.body.items():
            if self._is_machine(event.kind, name, value) and not _empty(value):
                said = self._said("", name, value)
                yield Line(name, self.label(name, event.kind), said)

    def _fields(self, kind: str, body: Mapping[str, Any]) -> Iterator[Line]:
        for name, value in sorted(body.items(), key=_place):
            if self._is_machine(kind, name, value) or _empty(value) or _says_nothing(name, value):
                continue
            if name == "count" and value == body.get("months"):
                continue
            yield Line(name, self.label(name, kind), self._said(kind, name, value))

    def _is_machine(self, kind: str, name: str, value: Any) -> bool:
        if name == "slot":
            return f"values.{value}" not in self.words
        if name == "seconds":
            return kind == "answered"
        if name in ("statement", "position"):
            return not isinstance(value, Mapping)
        return name in MACHINE or (kind.startswith("letter_") and name in _LETTER)

    def _answer(self, event: Event) -> str:
        value, asked = str(event.body["value"]), self._asked.get(str(event.body.get("ref", "")))
        parts = asked.read(value) if asked else [value]
        said = self._and.join(self._text("value", part) for part in parts)
        if asked:
            self._outcomes[value] = said
        return said

    def _said(self, kind: str, name: str, value: Any) -> str | Table | tuple[Line, ...]:
        if name == "networks":
            return str(len(value)) if isinstance(value, list | tuple) else "?"
        if isinstance(value, Mapping):
            if value.keys() == {"minor", "currency"}:
                return _sum(value, self.words.language)
            if name == "statement":
                value = _sums(value, value.get("currency"), value.keys())
            if name == "checks":
                return tuple(self._check(which, one) for which, one in value.items())
            return tuple(self._fields(kind, value))
        if isinstance(value, list | tuple):
            rows = [one for one in value if isinstance(one, Mapping)]
            if rows and len(rows) == len(value):
                return self._table(kind, rows)
            return self._and.join(self._text(name, one) for one in value)
        if name == "code" and kind == "outcome_recorded":
            return self._outcomes.get(str(value)) or self._text(name, value)
        return self._text(name, value)

    def _table(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> Table:
        found = {name: 0 for row in rows for name in row if name not in MACHINE}
        fields = [name for name, _ in sorted(found.items(), key=_place)]
        said = tuple(tuple(self._cell(kind, n, row.get(n)) for n in fields) for row in rows)
        return Table(tuple(self.label(name, kind) for name in fields), said)

    def _cell(self, kind: str, name: str, value: Any) -> str:
        return "" if _empty(value) else Line(name, "", self._said(kind, name, value)).flat

    def _check(self, which: str, one: Any) -> Line:
        """What was asked back before signing, and the answer."""
        label = self._choose(f"agreement.check_{which}", which)
        if not isinstance(one, Mapping):
            return Line(which, label, self._text(which, one))
        given = one.get("answer")
        said = self._text("answer", given)
        if which == "date":
            said = self.words.say("plan.day_of_month", n=given)
        right = self.words.say("values.matched" if one.get("right") else "values.not_matched")
        return Line(which, label, f"{said} · {right}")

    def _text(self, field: str, value: Any) -> str:
        if isinstance(value, bool):
            return self.words.say("evidence.yes" if value else "evidence.no")
        if isinstance(value, Mapping):
            return Line(field, "", self._said("", field, value)).flat
        if field == "value" and value == "OK":
            return "✓"
        if field == "discount_bp" and isinstance(value, int):
            return f"{value / 100:g}%"
        text = str(value)
        if text in self._names:
            return self._names[text]
        area = f"{_AREAS.get(field, 'values.')}{text}"
        return self._choose(area, self._choose(f"values.{text}", _moment(text)))

    def _choose(self, key: str, otherwise: str) -> str:
        return self.words.say(key) if key in self.words else otherwise


def _sum(value: Mapping[str, Any], language: str) -> str:
    minor, currency = value["minor"], value["currency"]
    whole = type(minor) is int and isinstance(currency, str)
    return money(value, language) if whole else f"{minor} {currency}"


def settled(events: Iterable[Event]) -> list[Event]:
    """Answers without those that only grew into the next: one tick more in the same list."""
    kept: list[Event] = []
    places: dict[str, int] = {}
    for event in events:
        ref, value = str(event.body.get("ref")), str(event.body.get("value", ""))
        at = places.get(ref)
        if at is not None and f"{value} ".startswith(f"{kept[at].body.get('value', '')} "):
            kept[at] = event
        else:
            places[ref] = len(kept)
            kept.append(event)
    return kept


def _place(field: tuple[str, Any]) -> tuple[int, str]:
    name = field[0]
    if name in _LAST:
        return len(_ORDER) + 1 + _LAST.index(name), ""
    return (_ORDER.index(name), "") if name in _ORDER else (len(_ORDER), name)


def _in_money(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bare minor units as sums of the currency named beside them."""
    code = body.get("currency")
    found = _sums(body, code, _SUMS) if isinstance(code, str) else dict(body)
    checks, plan = found.get("checks"), found.get("plan")
    if isinstance(checks, Mapping) and isinstance(plan, Mapping):
        total = plan.get("total")
        asked = checks.get("amount")
        if isinstance(total, Mapping) and isinstance(asked, Mapping):
            answer = str(asked.get("answer", ""))
            if answer.isdecimal():
                sum_ = {"minor": int(answer), "currency": total.get("currency", "")}
                found["checks"] = {**checks, "amount": {**asked, "answer": sum_}}
    return found


def _sums(value: Mapping[str, Any], code: object, names: Iterable[str]) -> dict[str, Any]:
    def sums(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: sums(one) for name, one in value.items()}
        whole = isinstance(value, int) and not isinstance(value, bool)
        return {"minor": value, "currency": code} if whole else value

    wanted = frozenset(names)
    return {
        name: sums(one) if name in wanted else one
        for name, one in value.items()
        if name != "currency"
    }


def _empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, list | tuple | dict) and not value)


def _says_nothing(name: str, value: Any) -> bool:
    if name not in _NOTHING:
        return False
    return not (value.get("minor") if isinstance(value, Mapping) else value)


def _moment(text: str) -> str:
    """A moment as people write it; anything else as it is."""
    found = _MOMENT.fullmatch(text)
    return f"{found[1]} {found[2]}" if found else text
