"""Many papers in one go: made one by one, printed one by one, taken up again where it stopped.

What is done is kept in the store at each step, so that a jam, a closed sheet, a crash or a day in
between doubles no serial. One batch at a time. A paper is noted as `sending` before it goes to the
queue: found so after a crash, only a person looking at the tray can tell, and is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.letters import print_letter
from agent_app.domain.errors import BadInput, Busy, NotAllowed
from agent_app.domain.moment import Moment
from agent_app.store import cases, meta
from agent_app.store.db import transaction

BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that is made: its number, and the hash of its bytes."""

    serial: str
    document: str


@dataclass(frozen=True, slots=True)
class Batch:
    """`cases` still wait for their letter, `papers` are made, `printed` maps serials to jobs of
    the print service; `refused` are cases for which the letter may not or cannot be made. `more`
    is what every letter says beyond its case's record."""

    template: str = ""
    language: str = ""
    cases: tuple[str, ...] = ()
    papers: tuple[Waiting, ...] = ()
    printed: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    sending: str = ""
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def unprinted(self) -> tuple[Waiting, ...]:
        return tuple(one for one in self.papers if one.serial not in self.printed)

    @property
    def over(self) -> bool:
        return not self.cases and not self.unprinted


def batch(desk: Desk) -> Batch | None:
    """The batch under way on this device, None when there is none."""
    kept = meta.get(desk.db, BATCH)
    if kept is None:
        return None
    papers = tuple(Waiting(**one) for one in kept["papers"])
    lists = {name: tuple(kept[name]) for name in ("cases", "refused")}
    return Batch(**{**kept, **lists, "papers": papers})


def begin_letters(
    desk: Desk,
    at: Moment,
    *,
    template: str,
    language: str,
    listed: Iterable[str],
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> Change:
    """One letter of `template` for each case listed, made by `make_next`. Busy while a batch is not over."""
    return _begin(desk, Batch(template, language, tuple(dict.fromkeys(listed)), more=more or {}))


def begin_printing(desk: Desk, at: Moment, *, papers: Iterable[Waiting]) -> Change:
    """Papers made before, to be printed. Busy while another batch is not over."""
    return _begin(desk, Batch(papers=tuple(papers)))


def make_next(desk: Desk, at: Moment) -> Change:
    """Make the letter of the next case: letter and progress are kept together or not at all.

    `made` is the Batch after it. A case whose letter is refused is passed over and listed.
    """
    now = _now(desk)
    case = now.cases[0]
    rest = replace(now, cases=now.cases[1:])
    try:
        with transaction(desk.db):
            made: tuple[str, bytes] = print_letter(
                desk,
                at,
                case=case,
                template=now.template,
                language=now.language,
                more=now.more,
            ).made
            document = _document(desk, case, made[0])
            rest = replace(rest, papers=(*rest.papers, Waiting(made[0], document)))
            _keep(desk, rest)
    except (BadInput, NotAllowed):
        rest = replace(now, cases=now.cases[1:], refused=(*now.refused, case))
        _keep(desk, rest)
    return Change.of([case], "letters", "outbox", made=rest)


def note_sending(desk: Desk, serial: str) -> Batch:
    """`serial` is about to go to the print service."""
    return _keep(desk, replace(_now(desk), sending=serial))


def note_printed(desk: Desk, serial: str, job: str) -> Batch:
    """`serial` is in the queue as `job`, or lies in the tray as a person says (job "seen")."""
    now = _now(desk)
    return _keep(desk, replace(now, sending="", printed={**now.printed, serial: job}))


def note_unsent(desk: Desk, serial: str) -> Batch:
    """The service refused `serial`, or a person found nothing in the tray."""
    now = _now(desk)
    return _keep(desk, replace(now, sending="") if now.sending == serial else now)


def drop_batch(desk: Desk) -> None:
    """Forget what is left; papers already made stay in the register."""
    meta.drop(desk.db, BATCH)


def _begin(desk: Desk, fresh: Batch) -> Change:
    known = batch(desk)
    if known is not None and not known.over:
        raise Busy("another batch is not finished")
    return Change.of([], "batch", made=_keep(desk, fresh))


def _now(desk: Desk) -> Batch:
    known = batch(desk)
    if known is None:
        raise NotAllowed("there is no batch")
    return known


def _keep(desk: Desk, now: Batch) -> Batch:
    told: dict[str, Any] = {name: getattr(now, name) for name in Batch.__dataclass_fields__}
    told["papers"] = [{"serial": one.serial, "document": one.document} for one in now.papers]
    with transaction(desk.db):
        meta.put(desk.db, BATCH, told)
    return now


def _document(desk: Desk, case: str, serial: str) -> str:
    row = cases.now(desk.db, case) or {}
    return next(str(one["document"]) for one in row["letters"] if one["serial"] == serial)
