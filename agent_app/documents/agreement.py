"""An agreement: shown to the debtor, signed by hand, the ink set into the page, then sealed.

The ink is drawn into the page itself, before the seal, because QtPdf draws no signature fields.
What the debtor was shown is the same paper without ink; its hash binds the raw strokes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from agent_app.documents import ink
from agent_app.documents.composer import Paper
from agent_app.documents.letter import Rendered, Template, render_paper
from agent_app.documents.sealing.ink_escrow import seal_ink
from agent_app.documents.typesetting.frame import Ink
from agent_app.domain.errors import BadInput, Fault


@dataclass(frozen=True, slots=True)
class Signer:
    """One hand on the paper: `role` as in the template's `sign`, in the order they signed."""

    role: str
    name: str
    strokes: tuple[ink.Stroke, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A signed paper, not yet sealed. `shown_sha256` is of the paper as the debtor read it."""

    pdf: bytes
    shown_sha256: str
    text: str
    template_sha: str


def preview(
    template: Template,
    *,
    case: Mapping[str, Any],
    language: str,
    serial: str,
    at: datetime,
    seal_text: str | None = None,
    signing: Sequence[str] = (),
) -> Rendered:
    """The agreement as it is shown and read aloud, before anyone signs.

    `signing` are the roles that will; those the template names for paper where none are given.
    """
    paper = Paper(case, language, serial, at, seal_text, signing=tuple(signing))
    return render_paper(template, paper)


def build(
    template: Template,
    *,
    case: Mapping[str, Any],
    language: str,
    serial: str,
    at: datetime,
    signers: Sequence[Signer],
    office_key: X25519PublicKey | None = None,
    seal_text: str | None = None,
    signing: Sequence[str] = (),
) -> Agreement:
    """The agreement with everyone's ink in place and, for the office, the raw strokes sealed.

    `signing` as for the preview that was shown: each of them must have signed. Raises BadInput
    when a role has not, when one without a place has, or when they signed out of turn.
    """
    _check_roles(template, signers, signing)
    paper = Paper(case, language, serial, at, seal_text, signing=tuple(signing))
    shown = render_paper(template, paper).sha256
    drawn = {signer.role: Ink(signer.name, ink.paths(signer.strokes)) for signer in signers}
    files = [("terms.json", _terms(template, paper, shown, signers), "application/json", "Data")]
    if office_key is not None:
        files += [
            (
                f"ink-{signer.role}.hpke",
                seal_ink(
                    signer.strokes, office_key, document_hash=shown, signer=signer.role, at=at
                ),
                "application/octet-stream",
                "Data",
            )
            for signer in signers
        ]
    signed = render_paper(template, Paper(case, language, serial, at, seal_text, drawn), files)
    return Agreement(signed.pdf, shown, signed.text, signed.template_sha)


def _check_roles(template: Template, signers: Sequence[Signer], signing: Sequence[str]) -> None:
    wanted = list(template.source.front.get("sign", ()))
    optional = set(template.source.front.get("may_sign", ())).difference(signing)
    given = [signer.role for signer in signers]
    faults = [
        Fault("has not signed", field=role)
        for role in wanted
        if role not in given and role not in optional
    ]
    faults += [Fault("has no place to sign", field=r) for r in given if r not in wanted]
    in_turn = [role for role in wanted if role in given]
    if not faults and given != in_turn:
        faults.append(Fault("signed out of turn", value=", ".join(given), mend=", ".join(in_turn)))
    faults += [
        Fault("the signature is empty", field=signer.role)
        for signer in signers
        if not any(stroke.points for stroke in signer.strokes)
    ]
    if faults:
        raise BadInput(faults)


def _terms(template: Template, paper: Paper, shown: str, signers: Sequence[Signer]) -> bytes:
    """What was agreed, for machines, beside what people read."""
    strokes = {s.role: sha256(ink.to_json(s.strokes)).hexdigest() for s in signers}
    terms = {
        "serial": paper.serial,
        "at": paper.at.isoformat(),
        "language": paper.language,
        "template": template.source.id,
        "template_sha256": template.source.sha256,
        "shown_sha256": shown,
        "case": paper.case.get("id"),
        "balance": paper.case.get("balance"),
        "plan": paper.case.get("plan"),
        "signers": [
            {"role": s.role, "name": s.name, "ink_sha256": strokes[s.role]} for s in signers
        ],
    }
    return json.dumps(terms, ensure_ascii=False, sort_keys=True, indent=1).encode()
