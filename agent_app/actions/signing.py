"""An agreement signed by hand on the screen or with a pen on paper, or not signed at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from agent_app.actions.agreements import Shown, template_of, terms
from agent_app.actions.desk import Change, Desk
from agent_app.actions.evidence import looked_at
from agent_app.actions.papers import keep_paper, next_serial, printed_seal
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.journal.signing import unb64
from agent_app.store.db import transaction

if TYPE_CHECKING:
    from agent_app.documents.agreement import Signer

Checks = Mapping[str, Mapping[str, Any]]

CHECKS = ("amount", "date", "missed")
"""What the debtor must be able to say: how much, when, what if a date is missed."""
SLOT = "agreement"
ESIGN_TESTS = (
    "exclusive_data", "sole_control", "signature_tamper_evident", "content_tamper_evident"
)  # fmt: skip
"""Electronic Signature Law Art. 13: pen in the debtor's own hand on a turned screen, raw strokes
sealed to the office and bound to the document's hash, the file certified by the device's key."""
COPIES = 2
ANSWERS = frozenset({"thinking", "declined"})


def sign_agreement(
    desk: Desk, at: Moment, *, shown: Shown, signers: Sequence[Signer], checks: Checks
) -> Change:
    """Set the ink into the paper that was shown, seal it, record it; `made` is the sealed PDF.

    `checks` holds, for each of CHECKS, what the debtor answered and whether it was right.
    Raises BadInput when one is missing, NotAllowed when the paper is no longer the one shown.
    """
    from agent_app.documents.ink import likeness

    told = {
        "signature": {"method": "reliable_esign", "tests": list(ESIGN_TESTS), "copies": COPIES},
        "signers": [
            {"role": one.role, "name": one.name, "ink": likeness(one.strokes)} for one in signers
        ],
    }
    return _record(desk, at, shown, checks, told, signers=signers)


def sign_on_paper(
    desk: Desk,
    at: Moment,
    *,
    shown: Shown,
    names: Mapping[str, str],
    checks: Checks,
    pages: Sequence[tuple[bytes, str]],
) -> Change:
    """Two printed copies were signed with a pen: the same event, with photos of the signed pages.

    `names` are who signed, by role; `pages` are (bytes, media type). `made` is the paper that was
    printed, sealed as it was shown. Raises as `sign_agreement`; BadInput without a photo.
    """
    if not pages:
        raise BadInput(Fault("no photo of the signed pages", field="pages"))
    told = {
        "signature": {"method": "wet_ink", "copies": COPIES},
        "signers": [{"role": role, "name": name} for role, name in names.items()],
    }
    return _record(desk, at, shown, checks, told, pages=pages)


def decline_agreement(
    desk: Desk, at: Moment, *, case: str, visit: str, answer: str, reason: str, checks: Checks
) -> Change:
    """The debtor does not sign now: `answer` is thinking or declined, `reason` theirs if given."""
    if answer not in ANSWERS:
        raise BadInput(Fault("no such answer", field="answer", value=answer))
    body = {"answer": answer, "reason": reason, "checks": dict(checks)}
    record(desk, at, "agreement_declined", body, case=case, visit=visit)
    return Change.of([case], "visit", "outbox")


def _record(
    desk: Desk,
    at: Moment,
    shown: Shown,
    checks: Checks,
    told: Mapping[str, Any],
    *,
    signers: Sequence[Signer] = (),
    pages: Sequence[tuple[bytes, str]] = (),
) -> Change:
    if missing := [name for name in CHECKS if name not in checks]:
        raise BadInput(Fault("not asked yet", field=", ".join(missing)))
    seen = Case.read(desk.row(shown.case))
    event_id = new_id(desk, at)
    with transaction(desk.db):
        if next_serial(desk, "A") != shown.serial:
            raise NotAllowed("the agreement was numbered anew; show it again")
        printed = _inked(desk, seen, shown, signers) if signers else shown.pdf
        reason = f"{shown.serial} {shown.sha256[:16]}"
        stored, pdf = keep_paper(desk, at, printed, event=event_id, slot=SLOT, reason=reason)
        photos = [
            desk.files.write(data, event=event_id, slot=f"page-{number}", type=kind)
            for number, (data, kind) in enumerate(pages, 1)
        ]
        paper = {"document": stored.sha256, "checks": dict(checks)}
        body = {**_as_shown(desk, seen, shown), **paper, **told}
        if pages:
            looks = (looked_at(desk, at, shown.case, shown.visit, data) for data, _ in pages)
            body["pages"] = dict(zip((one.slot for one in photos), looks, strict=True))
        record(
            desk, at, "agreement_signed", body, case=shown.case, visit=shown.visit,
            attached=[stored, *photos], event_id=event_id,
        )  # fmt: skip
    return Change.of([shown.case], "visit", "letters", "outbox", made=pdf)


def _as_shown(desk: Desk, case: Case, shown: Shown) -> dict[str, Any]:
    """What the event keeps of the paper as it was before anybody signed it."""
    return {
        "agreement": shown.serial,
        "plan": dict(shown.plan),
        "shown": shown.sha256,
        "seal": shown.seal,
        "template": shown.template,
        "language": shown.language,
        "terms": terms(desk, case, template_of(desk, case, shown.template)),
    }


def _inked(desk: Desk, case: Case, shown: Shown, signers: Sequence[Signer]) -> bytes:
    from agent_app.documents.agreement import build

    signed = build(
        template_of(desk, case, shown.template),
        case=shown.fields,
        language=shown.language,
        serial=shown.serial,
        at=shown.at,
        signers=signers,
        seal_text=printed_seal(desk, shown.seal),
        office_key=_office_key(desk.office.get("office_key")),
        signing=shown.signing,
    )
    if signed.shown_sha256 != shown.sha256:
        raise NotAllowed("the agreement is not the one that was shown")
    return signed.pdf


def _office_key(text: str | None) -> X25519PublicKey | None:
    """The key raw ink is sealed to, as enrolment told it; None for an office that has none."""
    if not text:
        return None
    return X25519PublicKey.from_public_bytes(unb64(text.removeprefix("x25519:")))
