"""The repayment agreement: shown as it will be signed, signed by hand, sealed by the device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from agent_app.actions.desk import Change, Desk
from agent_app.actions.guard import refuse_unless_allowed
from agent_app.actions.papers import next_serial, office_facts, paper_seal, peek_serial
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.journal.signing import unb64
from agent_app.store import cases, files
from agent_app.store.db import transaction

if TYPE_CHECKING:
    from agent_app.documents.agreement import Signer
    from agent_app.documents.letter import Template

CHECKS = ("amount", "date", "missed")
"""What the debtor must be able to say: how much, when, what if a date is missed."""
SLOT = "agreement"
ESIGN_TESTS = (
    "exclusive_data", "sole_control", "signature_tamper_evident", "content_tamper_evident"
)  # fmt: skip
"""Electronic Signature Law Art. 13: pen in the debtor's own hand on a turned screen, raw strokes
sealed to the office and bound to the document's hash, the file certified by the device's key."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The agreement as the debtor reads it before signing; `fields` fill its template."""

    case: str
    visit: str
    serial: str
    template: str
    language: str
    at: datetime
    pdf: bytes
    sha256: str
    seal: str
    plan: Mapping[str, Any]
    fields: Mapping[str, Any]
    roles: tuple[str, ...]
    optional: tuple[str, ...]
    signing: tuple[str, ...] = ()


def show_agreement(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    plan: Mapping[str, Any],
    language: str,
    template: str = "",
    others: Mapping[str, str] | None = None,
) -> Shown:
    """The paper to turn round. Nothing is recorded; the serial is spent when it is signed.

    `plan` is the JSON of the plan offered in this visit. `others` names who else signs, by role
    (co_debtor, guarantor, second_agent, interpreter): the paper says what each of them takes on,
    and each must then sign; `Shown.signing` is everyone, in order. Raises NotAllowed with the
    findings when the rules forbid an agreement now.
    """
    from agent_app.documents.agreement import preview
    from agent_app.documents.fields import case_fields

    row = _row(desk, case)
    seen = Case.read(row)
    chosen = _template(desk, seen, template)
    told = {"visit": visit, "plan": plan, "terms": terms(desk, seen, chosen)}
    refuse_unless_allowed(desk, at, "agreement_signed", seen, told)
    if seen.visit(visit).get("plan") != plan:
        raise NotAllowed("this plan was not offered in this visit")
    serial = peek_serial(desk, "A")
    given = {**office_facts(desk, seen), "plan": {**plan, "rows": plan["instalments"]}}
    given |= {role: {"name": name} for role, name in (others or {}).items()}
    fields = case_fields(row, **given)
    seal = paper_seal(desk, at, seen, kind="agreement", serial=serial, terms=plan, names_debt=True)
    front = chosen.source.front
    signing = _signing(front, others)
    paper = preview(
        chosen, case=fields, language=language, serial=serial, at=at.wall, seal_text=seal,
        signing=signing,
    )  # fmt: skip
    return Shown(
        case=case,
        visit=visit,
        serial=serial,
        template=chosen.source.id,
        language=language,
        at=at.wall,
        pdf=paper.pdf,
        sha256=paper.sha256,
        seal=seal,
        plan=plan,
        fields=fields,
        roles=tuple(front.get("sign", ())),
        optional=tuple(front.get("may_sign", ())),
        signing=signing,
    )


def _signing(front: Mapping[str, Any], others: Mapping[str, str] | None) -> tuple[str, ...]:
    """Who will sign, in the template's order; empty where nobody said: the template decides."""
    if not others:
        return ()
    roles, optional = front.get("sign", ()), front.get("may_sign", ())
    if strange := [role for role in others if role not in optional]:
        raise BadInput(Fault("has no place to sign", field=", ".join(strange)))
    return tuple(role for role in roles if role in others or role not in optional)


def sign_agreement(
    desk: Desk,
    at: Moment,
    *,
    shown: Shown,
    signers: Sequence[Signer],
    checks: Mapping[str, Mapping[str, Any]],
) -> Change:
    """Set the ink into the paper that was shown, seal it, record it; `made` is the sealed PDF.

    `checks` holds, for each of CHECKS, what the debtor answered and whether it was right.
    Raises BadInput when one is missing, NotAllowed when the paper is no longer the one shown.
    """
    if missing := [name for name in CHECKS if name not in checks]:
        raise BadInput(Fault("not asked yet", field=", ".join(missing)))
    seen = Case.read(_row(desk, shown.case))
    from agent_app.documents.ink import likeness

    event_id = new_id(desk, at)
    with transaction(desk.db):
        if next_serial(desk, "A") != shown.serial:
            raise NotAllowed("the agreement was numbered anew; show it again")
        pdf = _sealed(desk, at, seen, shown, signers)
        stored = files.write(desk.files, pdf, event=event_id, slot=SLOT, type="application/pdf")
        body = {
            "agreement": shown.serial,
            "plan": dict(shown.plan),
            "document": stored.sha256,
            "shown": shown.sha256,
            "seal": shown.seal,
            "template": shown.template,
            "language": shown.language,
            "signature": {"method": "reliable_esign", "tests": list(ESIGN_TESTS), "copies": 2},
            "checks": dict(checks),
            "signers": [
                {"role": one.role, "name": one.name, "ink": likeness(one.strokes)}
                for one in signers
            ],
            "terms": terms(desk, seen, _template(desk, seen, shown.template)),
        }
        record(
            desk, at, "agreement_signed", body, case=shown.case, visit=shown.visit,
            attached=[stored], event_id=event_id,
        )  # fmt: skip
    return Change.of([shown.case], "visit", "letters", "outbox", made=pdf)


def terms(desk: Desk, case: Case, template: Template) -> list[str]:
    """The terms the agreement holds, as the law names them (Credit Card Measures Art. 70)."""
    return [key for keys in desk.papers.says(desk, case, template).values() for key in keys]


def _sealed(desk: Desk, at: Moment, case: Case, shown: Shown, signers: Sequence[Signer]) -> bytes:
    from agent_app.documents import pades
    from agent_app.documents.agreement import build

    signed = build(
        _template(desk, case, shown.template),
        case=shown.fields,
        language=shown.language,
        serial=shown.serial,
        at=shown.at,
        signers=signers,
        seal_text=shown.seal,
        office_key=_office_key(desk.office.get("office_key")),
        signing=shown.signing,
    )
    if signed.shown_sha256 != shown.sha256:
        raise NotAllowed("the agreement is not the one that was shown")
    reason = f"{shown.serial} {shown.sha256[:16]}"
    return pades.seal(signed.pdf, desk.document_key, desk.document_chain, at=at.wall, reason=reason)


def _office_key(text: str | None) -> X25519PublicKey | None:
    """The key raw ink is sealed to, as enrolment told it; None for an office that has none."""
    if not text:
        return None
    return X25519PublicKey.from_public_bytes(unb64(text.removeprefix("x25519:")))


def _template(desk: Desk, case: Case, name: str) -> Template:
    """The template of that id, else the one for the case's product, else the general one."""
    known = desk.papers.names(desk, case, "agreements")
    if name:
        return desk.papers.template(desk, case, "agreements", name)
    fits = [
        one for one in known.values() if case.product_kind in one.source.front.get("products", ())
    ]
    general = [one for one in known.values() if not one.source.front.get("products")]
    if not (found := fits or general):
        raise BadInput(Fault("no agreement for this product", value=case.product_kind))
    return found[0]


def _row(desk: Desk, case: str) -> dict[str, Any]:
    row = cases.now(desk.db, case)
    if row is None:
        raise NotAllowed(f"{case} is not on this device")
    return row
