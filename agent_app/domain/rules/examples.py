"""Examples beside the rules: given this case, these events and this moment, expect that state."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import FIRST_PREV, KINDS, Event
from agent_app.domain.model import Case
from agent_app.domain.rules.guard import assess
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.situation import ACTS, SAME_ACT
from agent_app.domain.rules.verdict import State


@dataclass(frozen=True, slots=True)
class Example:
    """`expect` is the state of `rule` alone; `next` the moment that rule falls silent again."""

    rule: str
    at: datetime
    act: str
    expect: State
    next: datetime | None
    facts: Mapping[str, Any]
    case: Mapping[str, Any]
    events: tuple[Event, ...]
    enacted: bool
    where: str

    def outcome(self, rules: RuleSet) -> str:
        """Empty when the rules answer as expected; otherwise what they answered."""
        rules = rules.enacted() if self.enacted else rules
        case = Case.read(self.case)
        found = assess(rules, case, self.events, self.at, act=self.act, facts=self.facts)
        finding = found.named(self.rule)
        state = finding.state if finding else State.allow
        if state is not self.expect:
            text = finding.text.get("en", "") if finding else ""
            return f"{state.name}, expected {self.expect.name} {text}".rstrip()
        coming = finding.next_allowed if finding else None
        if self.next is not None and coming != self.next:
            return f"next allowed {coming}, expected {self.next}"
        return ""


def read_examples(
    data: Mapping[str, Any], file: str, rules: Collection[str], faults: list[Fault]
) -> tuple[Example, ...]:
    """The examples of a file: a `[case]` they share, and `[[example]]` rows that change it."""
    whole = Table(data, file, "", faults)
    base = whole.get("case", dict, {}, "a table")
    sound = not base or _check_case(merged(base, {}), whole)
    found = []
    for place, table in enumerate(whole.tables("example"), start=1):
        before = len(faults)
        rule = table.word("rule", among=rules)
        table.where = f"example {place} of {rule}"
        expect = table.word("expect", "allow", among=State.__members__)
        example = Example(
            rule=rule,
            at=_moment(table, "at"),
            act=table.word("act", "visit", among={*ACTS, *SAME_ACT}),
            expect=State.__members__.get(expect, State.allow),
            next=_moment(table, "next") if table.has("next") else None,
            facts=dict(table.get("facts", dict, {}, "a table")),
            case=merged(base, table.get("case", dict, {}, "a table")),
            events=tuple(_events(table)),
            enacted=table.flag("enacted"),
            where=table.where,
        )
        table.close()
        if len(faults) == before and sound:
            _check_case(example.case, table)
        if len(faults) == before:
            found.append(example)
    whole.close()
    return tuple(found)


def _moment(table: Table, key: str) -> datetime:
    value = table.raw(key)
    if not isinstance(value, datetime) or value.tzinfo is None:
        table.fault(key, "is not a moment", "write 2026-11-22T08:00:00+08:00", value)
        return datetime.min.replace(tzinfo=UTC)
    return value


def _check_case(row: Mapping[str, Any], table: Table) -> bool:
    """Can the rules read this case? A fault names what of it cannot be read."""
    try:
        Case.read(row)
    except BadInput as error:
        field = error.faults[0].field
        key = f"case → {field}" if field else "case"
        table.fault(key, "is missing" if field else "cannot be read", "write it as in other packs")
        return False
    return True


def _events(table: Table) -> Iterator[Event]:
    rows = [_spelled(row, table) for row in table.get("events", list, [], "a list of events")]
    spelled = Table({"events": rows}, table.file, table.where, table.faults)
    for seq, row in enumerate(spelled.tables("events"), start=1):
        at = _moment(row, "at")
        yield Event(
            id=row.word("id", f"e{seq}"),
            device="example",
            user="agent",
            seq=seq,
            prev=FIRST_PREV,
            kind=row.word("kind", among=KINDS),
            case="example",
            visit=row.word("visit", "v1") or None,
            wall=at.isoformat(timespec="milliseconds"),
            tz="",
            boot="",
            bt=0,
            body=row.raw("body", {}),
        )
        row.close()


def _spelled(row: Any, table: Table) -> Any:
    """An event written short: "2026-11-20T10:00:00+08:00 visit_started v1"."""
    if not isinstance(row, str):
        return row
    at, kind, visit = (*row.split(), "", "", "")[:3]
    try:
        return {"at": datetime.fromisoformat(at), "kind": kind, "visit": visit or "v1"}
    except ValueError:
        mend = 'write "2026-11-20T10:00:00+08:00 visit_started v1"'
        table.fault("events", "is not an event", mend, row)
        return {}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it, tables into tables; dates become ISO text as in JSON."""
    row = {key: _plain(value) for key, value in base.items()}
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(row.get(key), Mapping):
            row[key] = merged(row[key], value)
        else:
            row[key] = _plain(value)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
