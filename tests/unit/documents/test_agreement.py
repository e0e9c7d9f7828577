import subprocess
from functools import cache
from pathlib import Path

import pytest

from agent_app.documents import agreement, fields
from agent_app.documents.agreement import Agreement, Signer
from agent_app.documents.sealing import authority, ink_escrow, pades, verification
from agent_app.documents.sealing.certificates import Revoked
from agent_app.domain.errors import BadInput, Tampered
from tests.support.papers import AT, DocumentOffice, handwriting, templates
from tests.unit.documents.test_letters import said, tool

SIGNERS = (
    Signer("debtor", "陈嘉琪", handwriting(3)),
    Signer("agent", "李文博", handwriting(2)),
    Signer("second_agent", "王晓梅", handwriting(4, pressure=False)),
)


@cache
def office() -> DocumentOffice:
    return DocumentOffice.make()


@cache
def signed(language: str = "zh_CN") -> Agreement:
    return agreement.build(
        templates("agreements")["repayment"],
        case=fields.sample_case(),
        language=language,
        serial="XY-2026-000123",
        at=AT,
        signers=SIGNERS,
        office_key=office().ink_key.public_key(),
    )


@cache
def sealed() -> bytes:
    return pades.seal(signed().pdf, office().device_key, office().chain, at=AT)


@cache
def stamped() -> bytes:
    return pades.add_timestamp(
        sealed(),
        authority.local(office().answer),
        certificates=office().chain,
        crls=[office().crl()],
    )


def test_a_sealed_agreement_is_valid_and_names_its_device() -> None:
    report = verification.verify(sealed(), [office().ca])
    assert report.valid, report.problems
    assert report.level == "B-B"
    assert [(s.by, s.device, s.at) for s in report.signatures] == [("李文博", "D-1", AT)]


def test_other_tools_agree(tmp_path: Path) -> None:
    path = tmp_path / "agreement.pdf"
    for pdf in (sealed(), stamped()):
        path.write_bytes(pdf)
        checked = subprocess.run(
            [tool("pdfsig"), "-nocert", path], capture_output=True, encoding="utf-8", check=False
        )
        assert "Signature Validation: Signature is Valid." in checked.stdout
        subprocess.run([tool("qpdf"), "--check", path], check=True, capture_output=True)
    text = said(stamped(), tmp_path)
    assert "个性化分期还款协议" in text
    assert "1,159.54" in text


def test_after_the_time_stamp_it_is_still_valid_and_says_its_level() -> None:
    late = verification.verify(stamped(), [office().ca])
    assert late.valid, late.problems
    assert late.level == "B-LTA"
    early = verification.verify(
        pades.add_timestamp(sealed(), authority.local(office().answer)), [office().ca]
    )
    assert (early.valid, early.level) == (True, "B-T")


def test_another_office_does_not_vouch_for_it() -> None:
    report = verification.verify(sealed(), [DocumentOffice.make("别处").ca])
    assert not report.valid
    assert not report.signatures[0].trusted


def test_a_certificate_revoked_before_the_signing_is_not_trusted() -> None:
    crl = office().crl(Revoked(2, AT))
    pdf = pades.add_timestamp(
        sealed(), authority.local(office().answer), certificates=office().chain, crls=[crl]
    )
    assert not verification.verify(pdf, [office().ca]).valid


def test_everyone_the_template_names_must_sign() -> None:
    with pytest.raises(BadInput, match="agent"):
        agreement.build(
            templates("agreements")["repayment"],
            case=fields.sample_case(),
            language="zh_CN",
            serial="1",
            at=AT,
            signers=SIGNERS[:1],
        )


ALL = {
    "debtor": "陈嘉琪", "co_debtor": "陈建国", "guarantor": "周敏", "agent": "李文博",
    "second_agent": "王晓梅", "interpreter": "古丽娜尔",
}  # fmt: skip


@pytest.mark.parametrize("roles", [("debtor", "agent"), tuple(ALL)])
def test_one_page_more_or_less_and_everyone_on_it(roles: tuple[str, ...], tmp_path: Path) -> None:
    others = {role: {"name": ALL[role]} for role in roles if role not in ("debtor", "agent")}
    made = agreement.build(
        templates("agreements")["repayment"],
        case=fields.sample_case() | others,
        language="zh_CN",
        serial="1",
        at=AT,
        signers=[Signer(role, ALL[role], handwriting(2)) for role in roles],
        signing=roles,
    )
    text = said(made.pdf, tmp_path)
    assert all((ALL[role] in text) == (role in roles) for role in ALL)
    assert ("一般保证" in text) == ("guarantor" in roles)


def test_who_was_named_must_sign_and_in_turn() -> None:
    def build(*roles: str) -> Agreement:
        return agreement.build(
            templates("agreements")["repayment"],
            case=fields.sample_case() | {"guarantor": {"name": "周敏"}},
            language="zh_CN",
            serial="1",
            at=AT,
            signers=[Signer(role, ALL[role], handwriting(1)) for role in roles],
            signing=("debtor", "guarantor", "agent"),
        )

    with pytest.raises(BadInput, match="guarantor: has not signed"):
        build("debtor", "agent")
    with pytest.raises(BadInput, match="out of turn"):
        build("debtor", "agent", "guarantor")


def test_the_hash_of_what_was_shown_binds_the_ink() -> None:
    shown = agreement.preview(
        templates("agreements")["repayment"],
        case=fields.sample_case(),
        language="zh_CN",
        serial="XY-2026-000123",
        at=AT,
    )
    assert shown.sha256 == signed().shown_sha256
    sealed_ink = ink_escrow.seal_ink(
        SIGNERS[0].strokes,
        office().ink_key.public_key(),
        document_hash=shown.sha256,
        signer="debtor",
        at=AT,
    )
    role, strokes = ink_escrow.open_ink(sealed_ink, office().ink_key, document_hash=shown.sha256)
    assert (role, strokes) == ("debtor", SIGNERS[0].strokes)
    with pytest.raises(Tampered):
        ink_escrow.open_ink(sealed_ink, office().ink_key, document_hash="0" * 64)
