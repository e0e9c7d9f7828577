"""A visit that is going on: its script, opened exactly where it was."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.errors import BadInput, NotAllowed, TooOld
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import plain_amount
from agent_app.queries.case_page import read_case
from agent_app.queries.may_knock import may_knock
from agent_app.script import Form, Session, load_form
from agent_app.store import drafts, events

SCRIPT = "scripts/visit.xlsx"


@dataclass(frozen=True, slots=True)
class Known:
    """What a script may see at this moment of a visit.

    `case` is the script's secondary instance (CSV), `happened` the event kinds of this visit;
    an identity check counts only while it stands.
    """

    case: str
    happened: frozenset[str]
    gate_open: bool


@dataclass(frozen=True, slots=True)
class VisitRun:
    """What the visit page works with. `session` belongs to whoever asked, one thread at a time."""

    case: Case
    visit: str
    session: Session
    restored: int

    def learn(self, known: Known) -> None:
        """Show the script what is known now; call after every event of the visit."""
        self.session.happened = set(known.happened)
        self.session.set_instance("case", known.case)

    def snapshot(self) -> dict[str, Any]:
        """What an action keeps with each answer, so that the visit opens here again."""
        return {"form": self.session.form.sha256, "session": self.session.snapshot()}


def open_run(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    language: str,
    now: Callable[[], datetime],
) -> VisitRun:
    """The visit's script with every answer given so far; `restored` counts them.

    The kept snapshot opens it exactly; without one (a rebuilt store) the answers are given
    again in their order.
    """
    seen = read_case(desk, case)
    draft = drafts.get(desk.db, visit) or {}
    form = _form(desk, seen, draft.get("form"))
    known = what_is_known(desk, at, case, visit)
    about: dict[str, Any] = {
        "now": now,
        "instances": {"case": known.case},
        "entropy": desk.entropy,
    }
    given = [event.body for event in events.of_visit(desk.db, visit) if event.kind == "answered"]
    if draft:
        session = Session.restore(form, draft["session"], **about)
        session.set_language(_language(form, language))
    else:
        session = Session(form, language=_language(form, language), **about)
        for body in given:
            session.make_room(body["ref"])
            session.answer_again(body["ref"], body["value"])
    run = VisitRun(seen, visit, session, len({body["ref"] for body in given}))
    run.learn(known)
    return run


def what_is_known(desk: Desk, at: Moment, case: str, visit: str) -> Known:
    """What the script may see now; a field whose gate is still shut in this visit is empty."""
    seen = read_case(desk, case)
    row = {**_always(desk, at, seen), **dict.fromkeys((*_TO_SELF, *_TO_DEBTOR), "")}
    state = seen.raw.get("visits", {}).get(visit, {})
    if state.get("met") in ("self_identified", "debtor"):
        row["creditor_name"] = seen.creditor.name
    gate_open = bool(state.get("id_shown") and state.get("identity"))
    if gate_open:
        row |= _debt(seen)
    happened = {event.kind for event in events.of_visit(desk.db, visit)}
    if not state.get("identity"):
        happened.discard("identity_checked")
    return Known(_csv(row), frozenset(happened), gate_open)


def _csv(row: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue()


def _language(form: Form, wanted: str) -> str:
    return wanted if wanted in form.languages else form.default_language


_TO_SELF = ("creditor_name",)
_TO_DEBTOR = (
    *("product_name", "product_kind", "currency", "principal", "interest", "fees", "total"),
    *("as_of", "overdue_since", "days_overdue", "payment_channel", "last_payment_at"),
    *("last_payment_amount", "open_promise_amount", "open_promise_due", "last_outcome"),
)


def _always(desk: Desk, at: Moment, case: Case) -> dict[str, str]:
    people = {one["id"]: one for one in desk.office.get("people", ())}
    partner = next((user for user in case.crew if user != desk.user), "")
    window_end = may_knock(desk, at, case).window_end
    agency = desk.office.get("org", {}).get("agency", {})
    me = people.get(desk.user, {})
    return {
        "debtor_called": called(case),
        "agency_name": agency.get("name") or case.agency.name,
        "agent_name": me.get("name", desk.user),
        "agent_number": me.get("badge") or desk.user,
        "partner_name": people.get(partner, {}).get("name", partner),
        "complaint_phone": agency.get("complaints", ""),
        "today_window_end": f"{window_end.astimezone(at.wall.tzinfo):%H:%M}" if window_end else "",
    }


def called(case: Case) -> str:
    """How to ask for the debtor at the door: the family name and a form of address."""
    forms = {"男": "先生", "male": "先生", "女": "女士", "female": "女士"}
    name = case.debtor.name
    return f"{name[:1]}{forms[case.debtor.sex]}" if case.debtor.sex in forms else name


def _debt(case: Case) -> dict[str, str]:
    balance, currency = case.balance, case.currency
    last = case.raw.get("last_payment") or {}
    promise = next((one for one in case.raw.get("promises", ()) if one["status"] == "open"), None)
    amount = _minor(promise["amount"]) if promise else None
    return {
        "product_name": case.product_name,
        "product_kind": case.product_kind,
        "currency": currency,
        "principal": plain_amount(balance.principal.minor, currency),
        "interest": plain_amount(balance.interest.minor, currency),
        "fees": plain_amount(balance.fees.minor, currency),
        "total": plain_amount(balance.total.minor, currency),
        "as_of": balance.as_of.isoformat(),
        "overdue_since": case.overdue_since.isoformat() if case.overdue_since else "",
        "days_overdue": str(case.days_overdue),
        "payment_channel": (case.raw.get("payment_channel") or {}).get("name", ""),
        "last_payment_at": last.get("at") or "",
        "last_payment_amount": plain_amount(last["amount"], currency) if last else "",
        "open_promise_amount": "" if amount is None else plain_amount(amount, currency),
        "open_promise_due": promise["due"] if promise else "",
        "last_outcome": (case.raw.get("last_outcome") or {}).get("code", ""),
    }


def _minor(amount: Mapping[str, Any] | int) -> int:
    return amount if isinstance(amount, int) else int(amount["minor"])


def scripts_here(desk: Desk, case: str, visit: str) -> Iterator[Form]:
    """The scripts the visit may have been made with: its own while it is open, today's, older."""
    kept = (drafts.get(desk.db, visit) or {}).get("form")
    yield _form(desk, read_case(desk, case), kept)
    for held in sorted((desk.cache / "forms").glob("*")):
        with suppress(TooOld, BadInput):
            yield Form.from_cache(held.read_bytes())


def _form(desk: Desk, case: Case, kept: str | None) -> Form:
    """The script the visit began with, also after a newer one arrived; the newest otherwise."""
    folder = desk.cache / "forms"
    if kept and (folder / kept).exists():
        return Form.from_cache((folder / kept).read_bytes())
    pack = next((p for p in reversed(desk.packs.for_case(case)) if SCRIPT in p.files), None)
    if pack is None:
        raise NotAllowed(f"the pack {case.pack} has no visit script")
    return _compiled(folder, pack.files[SCRIPT])


def prepare_scripts(desk: Desk) -> int:
    """Compile the visit script of every pack that has none at hand; how many were compiled.

    It takes seconds and touches no database: run it where nobody waits.
    """
    folder, made = desk.cache / "forms", 0
    for pack in desk.packs:
        source = pack.files.get(SCRIPT)
        if source is not None and not (folder / hashlib.sha256(source).hexdigest()).exists():
            with suppress(BadInput):  # said when a visit wants it
                _compiled(folder, source)
                made += 1
    return made


def _compiled(folder: Path, source: bytes) -> Form:
    """The form of a script's table, from the folder where it is kept once compiled."""
    named = folder / hashlib.sha256(source).hexdigest()
    with suppress(FileNotFoundError, TooOld, BadInput):
        return Form.from_cache(named.read_bytes())
    form = load_form(source, name=SCRIPT)
    folder.mkdir(parents=True, exist_ok=True)
    for target in {named, folder / form.sha256}:
        with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            part.write(form.to_cache())
        Path(part.name).replace(target)  # whole or not at all, also when two write it at once
    return form
