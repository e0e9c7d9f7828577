"""The outcomes a visit can end with: one table in each pack, so that adding one is one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent_app.domain.errors import Fault
from agent_app.domain.events import KINDS
from agent_app.domain.rules.reading import Table

MET = ("debtor", "third_party", "nobody", "minor", "other")
RESULTS = ("agreement", "promise", "paid", "no_result", "refused", "hold", "wrong", "aborted")
NEXT_STEPS = (
    "await_payment", "await_first_instalment", "verify_payment", "revisit", "call", "stop_contact",
    "verify_dispute", "lead_review", "trace_address", "specialist_team", "adviser_contact", "close",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a visit ends. `needs_gate`: only after the disclosure gate; `needs_event`: that
    event must be in the visit; `text` by language."""

    code: str
    met: str
    result: str
    reason: str
    next_step: str
    text: Mapping[str, str]
    needs_gate: bool = False
    needs_photo: bool = False
    needs_date: bool = False
    needs_event: str = ""
    is_promise: bool = False


class Outcomes:
    """The table, in the order of the file; a later layer may replace a row by its code.

    `codes` is what each creditor calls our outcomes: creditor id, or "*" for all → code → theirs.
    """

    def __init__(
        self, rows: Iterable[Outcome], codes: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self._rows = {row.code: row for row in rows}
        self._codes = codes or {}

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def __getitem__(self, code: str) -> Outcome:
        return self._rows[code]

    def code_for(self, code: str, creditor: str) -> str:
        """What this creditor calls an outcome; our own code where no mapping is given."""
        for who in (creditor, "*"):
            if theirs := self._codes.get(who, {}).get(code):
                return theirs
        return code

    def over(self, other: Outcomes) -> Outcomes:
        """These rows and codes laid over `other`'s."""
        creditors = {**other._codes, **self._codes}
        codes = {
            who: {**other._codes.get(who, {}), **self._codes.get(who, {})} for who in creditors
        }
        return Outcomes({**other._rows, **self._rows}.values(), codes)


def read_outcomes(data: Mapping[str, object], file: str, faults: list[Fault]) -> Outcomes:
    """The rows of an outcomes file; every fault is noted and a faulty row left out."""
    whole = Table(data, file, "", faults)
    rows: dict[str, Outcome] = {}
    for table in whole.tables("outcome"):
        before = len(faults)
        row = _read(table)
        if row.code in rows:
            table.fault("code", "is used twice", "give each outcome its own code", row.code)
        if len(faults) == before:
            rows[row.code] = row
    codes = {who: _codes(table) for who, table in whole.named("creditor_codes")}
    whole.close()
    return Outcomes(rows.values(), codes)


def _codes(table: Table) -> dict[str, str]:
    """One creditor's words by our codes."""
    return {code: table.word(code) for code in table.data}


def _read(table: Table) -> Outcome:
    code = table.word("code")
    table.where = f"outcome {code}" if code else table.where
    result = table.word("result", among=RESULTS)
    row = Outcome(
        code=code,
        met=table.word("met", among=MET),
        result=result,
        reason=table.word("reason", ""),
        next_step=table.word("next_step", among=NEXT_STEPS),
        text=table.texts("text"),
        needs_gate=table.flag("needs_gate"),
        needs_photo=table.flag("needs_photo"),
        needs_date=table.flag("needs_date"),
        needs_event=table.word("needs_event", "", among=KINDS),
        is_promise=table.flag("is_promise"),
    )
    if row.is_promise and not (row.needs_gate and row.needs_date):
        table.fault("is_promise", "a promise needs the gate and a date", "set both needs to true")
    table.close()
    return row
