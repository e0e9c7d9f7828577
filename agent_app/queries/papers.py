"""Papers of a case: what was made and how it arrived, templates at hand, a paper's exact bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from agent_app.actions.batches import Batch, batch
from agent_app.actions.desk import Desk
from agent_app.actions.letter_fields import Asked, asked, from_record
from agent_app.documents.register import Gap, gaps
from agent_app.domain.errors import NotAllowed
from agent_app.domain.model import Case
from agent_app.queries.case_page import read_case, veiled
from agent_app.store import cases, files, serials

Kind = Literal["letter", "agreement", "receipt"]


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One numbered paper: `by` the user who made it; `how` and `proof` how it was delivered,
    empty until it was; `proof_event` names the event whose file shows it."""

    case: str
    debtor: str
    kind: Kind
    serial: str
    template: str
    title: Mapping[str, str]
    document: str
    at: datetime
    by: str
    how: str = ""
    proof: str = ""
    delivered_at: datetime | None = None
    proof_event: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A letter one may make. `names_debt`: only once this visit's gate is open; `asks` is what
    the record does not say and a person must; `slip`: it confirms a right that was stated."""

    id: str
    titles: Mapping[str, str]
    names_debt: bool
    asks: tuple[Asked, ...] = ()
    slip: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """What the letters page shows; `case` is None for the register of all cases. `people` are
    names by user id, `batch` one that was not finished."""

    case: Case | None
    papers: tuple[PaperRow, ...]
    templates: tuple[TemplateRow, ...]
    people: Mapping[str, str]
    elsewhere: tuple[str, ...] = ()
    """Numbers this device used for papers that are no longer here, in runs ("T1000003–000007")."""
    batch: Batch | None = None


def papers(desk: Desk, case: str | None) -> Papers:
    """The papers of one case, or of all on this device; newest first."""
    people = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    if case is not None:
        seen = read_case(desk, case)
        known = desk.templates.all(desk.packs.for_case(seen), "letters").values()
        hidden, told = veiled(desk, seen), from_record(seen)
        slips = {right.slip for right in desk.packs.rights_for(seen)}
        rows = tuple(
            TemplateRow(
                one.source.id,
                one.source.titles,
                one.source.names_debt,
                asked(one, told),
                one.source.id in slips,
            )
            for one in sorted(known, key=lambda one: (one.source.order, one.source.id))
            if not (hidden and one.source.names_debt)
        )
        return Papers(seen, _sorted(_of_case(desk, seen)), rows, people, batch=batch(desk))
    found: list[PaperRow] = []
    for listed in cases.day_list(desk.db):
        row = cases.now(desk.db, listed.id)
        if row and any(row.get(name) for name in ("letters", "agreement", "payments")):
            found += _of_case(desk, Case.read(row))
    missing = gaps((one.serial for one in found), serials.blocks(desk.db))
    return Papers(None, _sorted(found), (), people, tuple(_runs(missing)), batch(desk))


def _runs(missing: Sequence[Gap]) -> Iterator[str]:
    for _, group in groupby(
        enumerate(missing), lambda one: (one[1].prefix, one[1].number - one[0])
    ):
        first, *rest = [gap for _, gap in group]
        run = f"–{rest[-1].number:06d}" if rest else ""
        yield f"{first.prefix}{first.number:06d}{run}"


def paper(desk: Desk, sha256: str) -> bytes:
    """The exact bytes of a paper on this device, with proof of time once the office added it.

    NotAllowed when it is not here.
    """
    stored = files.by_content(desk.db, sha256)
    if stored is None:
        raise NotAllowed("this paper is not on this device")
    return desk.files.read(files.get(desk.db, stored.event, files.STAMPED) or stored)


def proof(desk: Desk, event: str) -> bytes:
    """The picture that proves a delivery; NotAllowed when this device does not hold it."""
    stored = files.get(desk.db, event, "proof")
    if stored is None:
        raise NotAllowed("this picture is not on this device")
    return desk.files.read(stored)


def _of_case(desk: Desk, case: Case) -> Iterator[PaperRow]:
    titles = _titles(desk, case)
    for one in case.raw.get("letters", ()):
        arrived = one.get("delivered") or {}
        has_file = arrived and files.get(desk.db, arrived.get("event", ""), "proof")
        yield _row(
            case, "letter", one["serial"], one, one["printed_at"], one["template"], titles,
            how=arrived.get("how", ""),
            proof=str(arrived.get("proof", "")),
            delivered_at=datetime.fromisoformat(arrived["at"]) if arrived else None,
            proof_event=arrived["event"] if has_file else "",
            note=arrived.get("note", ""),
        )  # fmt: skip
    signed = case.raw.get("agreement")
    if signed and "document" in signed:
        serial, template = signed["agreement"], signed.get("template", "")
        yield _row(
            case, "agreement", serial, signed, signed["at"], template, titles,
            how="hand", proof="signature",
        )  # fmt: skip
    for one in case.raw.get("payments") or ():
        if "document" in one:
            yield _row(
                case, "receipt", one["serial"], one, one["received_at"], "", titles, how="hand"
            )


def _row(
    case: Case, kind: Kind, serial: str, told: Mapping[str, Any], at: str, template: str,
    titles: Mapping[str, Mapping[str, str]], **delivery: Any,
) -> PaperRow:  # fmt: skip
    return PaperRow(
        case=case.id,
        debtor=case.debtor.name,
        kind=kind,
        serial=serial,
        template=template,
        title=titles.get(template, {}),
        document=told["document"],
        at=datetime.fromisoformat(at),
        by=str(told.get("by", "")),
        **delivery,
    )


def _titles(desk: Desk, case: Case) -> dict[str, Mapping[str, str]]:
    """What the case's packs call their papers; nothing is loaded for a case that has none, and
    a title that speaks of a debt stays shut while the case's own page does."""
    if veiled(desk, case) or not (case.raw.get("letters") or case.raw.get("agreement")):
        return {}
    return {
        name: one.source.titles
        for folder in ("letters", "agreements")
        for name, one in desk.templates.all(desk.packs.for_case(case), folder).items()
    }


def _sorted(rows: Iterator[PaperRow] | list[PaperRow]) -> tuple[PaperRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.at.timestamp(), reverse=True))
