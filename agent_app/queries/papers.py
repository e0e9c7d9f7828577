"""Papers of a case: letters made, agreements signed, templates at hand, and a paper's exact bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent_app.actions.desk import Desk
from agent_app.domain.errors import NotAllowed
from agent_app.domain.model import Case
from agent_app.queries.case_page import read_case
from agent_app.store import cases, files


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper with its number; `kind` is letter or agreement, `how` how it was delivered."""

    case: str
    debtor: str
    kind: str
    serial: str
    template: str
    document: str
    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A letter one may make. `names_debt`: only once this visit's gate is open."""

    id: str
    titles: Mapping[str, str]
    names_debt: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """What the letters page shows; `case` is None for the register of all cases."""

    case: Case | None
    papers: tuple[PaperRow, ...]
    templates: tuple[TemplateRow, ...]


def papers(desk: Desk, case: str | None) -> Papers:
    """The papers of one case, or of all on this device; newest first."""
    if case is not None:
        seen = read_case(desk, case)
        known = desk.papers.names(desk, seen, "letters").values()
        rows = tuple(
            TemplateRow(one.source.id, one.source.titles, one.source.names_debt) for one in known
        )
        return Papers(seen, tuple(_sorted(_of_case(seen))), rows)
    found: list[PaperRow] = []
    for listed in cases.day_list(desk.db):
        row = cases.now(desk.db, listed.id)
        if row and (row.get("letters") or row.get("agreement")):
            found += _of_case(Case.read(row))
    return Papers(None, tuple(_sorted(found)), ())


def paper(desk: Desk, sha256: str) -> bytes:
    """The exact bytes of a paper on this device; NotAllowed when it is not here."""
    stored = files.by_content(desk.db, sha256)
    if stored is None:
        raise NotAllowed("this paper is not on this device")
    return files.read(desk.files, stored)


def _of_case(case: Case) -> list[PaperRow]:
    found = [
        PaperRow(
            case=case.id,
            debtor=case.debtor.name,
            kind="letter",
            serial=one["serial"],
            template=one["template"],
            document=one["document"],
            at=datetime.fromisoformat(one["printed_at"]),
            how=(one.get("delivered") or {}).get("how", ""),
        )
        for one in case.raw.get("letters", ())
    ]
    signed = case.raw.get("agreement")
    if signed and "document" in signed:
        found.append(
            PaperRow(
                case=case.id,
                debtor=case.debtor.name,
                kind="agreement",
                serial=signed["agreement"],
                template=signed.get("template", ""),
                document=signed["document"],
                at=datetime.fromisoformat(signed["at"]),
                how="hand",
            )
        )
    return found


def _sorted(rows: list[PaperRow]) -> list[PaperRow]:
    return sorted(rows, key=lambda row: row.at.timestamp(), reverse=True)
