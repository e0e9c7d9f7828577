"""Seals on paper, credentials, short codes: each way to be false has its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from agent_app.documents import qr
from agent_app.domain.errors import BadInput, Tampered
from agent_app.domain.money import Money
from agent_app.journal import base45, credential, sealcode, warrant
from agent_app.journal.sealcode import Seal, Verdict
from agent_app.journal.signing import public_text, signer
from tests.support.journals import START, Device, Log

LOG, AGENT, STRANGER = Log(), Device(), Device("somebody else's")
ISSUED = START.wall
LETTER = Seal(
    kind="letter",
    serial="HZ-2026-000123",
    issued=ISSUED,
    agent="王晓梅 A011",
    principal="华信消费金融有限公司",
    case="C-2026-0004711",
    sum=Money(391300, "CNY"),
    until=ISSUED + timedelta(days=30),
    document="5e" * 32,
)
VERSION_10 = 57
"""Modules a side."""


def known(**more: Any) -> sealcode.Signers:
    about = {"name": "王晓梅", "since": ISSUED, "until": None} | more
    one = warrant.issue(
        device=AGENT.name, user="wang", key=AGENT.public, sign=signer(LOG.key), **about
    )
    return sealcode.signers([one], LOG.public)


def sealed(seal: Seal = LETTER, device: Device = AGENT) -> str:
    return sealcode.encode(seal, public_key=device.public, sign=signer(device.key))


def verdict(text: str, at: datetime = ISSUED, **printed: object) -> Verdict:
    return sealcode.check(text, known(), at, printed).verdict


def test_a_genuine_seal_says_what_was_sealed() -> None:
    checked = sealcode.check(sealed(), known(), ISSUED, {"sum": Money(391300, "CNY")})
    assert checked.verdict is Verdict.GENUINE
    assert checked.seal == replace(LETTER, document="5e" * 16)
    assert checked.signer["name"] == "王晓梅"


def test_it_fits_a_qr_code_of_version_10() -> None:
    fullest = replace(LETTER, principal="某某银行股份有限公司信用卡中心")
    assert len(sealed(fullest)) <= sealcode.LONGEST
    assert qr.modules(sealed(fullest)).size <= VERSION_10
    with pytest.raises(BadInput, match="too long"):
        sealed(replace(LETTER, principal="某" * 40))
    with pytest.raises(BadInput, match="too long"):
        sealed(replace(LETTER, principal="某" * 100))


@given(st.data())
def test_any_changed_letter_is_found(data: st.DataObject) -> None:
    text = sealed()
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(base45.ALPHABET).filter(lambda one: one != text[at]))
    assert verdict(text[:at] + letter + text[at + 1 :]) in (
        Verdict.ALTERED,
        Verdict.FOREIGN,
        Verdict.UNREADABLE,
    )


def test_an_altered_sum_inside_the_code_is_altered() -> None:
    payload = bytearray(base45.decode(sealed().removeprefix("DS1:")))
    payload[25] ^= 1  # the lowest byte of the sum
    forged = "DS1:" + base45.encode(bytes(payload))
    assert sealcode.decode(forged).sum != LETTER.sum
    assert verdict(forged) is Verdict.ALTERED


def test_an_altered_sum_on_the_paper_is_named() -> None:
    printed = {"sum": Money(991300, "CNY"), "serial": LETTER.serial, "issued": ISSUED}
    checked = sealcode.check(sealed(), known(), ISSUED, printed | {"document": "5e" * 32})
    assert (checked.verdict, checked.differs) == (Verdict.DIFFERS, ("sum",))
    assert verdict(sealed(), document="5f" * 32) is Verdict.DIFFERS


def test_a_foreign_signer_is_named() -> None:
    assert verdict(sealed(device=STRANGER)) is Verdict.FOREIGN
    borrowed = sealcode.encode(LETTER, public_key=AGENT.public, sign=signer(STRANGER.key))
    assert verdict(borrowed) is Verdict.ALTERED


def test_an_expired_paper_is_named() -> None:
    assert verdict(sealed(), ISSUED + timedelta(days=29)) is Verdict.GENUINE
    assert verdict(sealed(), ISSUED + timedelta(days=30)) is Verdict.EXPIRED
    assert verdict(sealed(replace(LETTER, until=None)), ISSUED.replace(year=2036)) is (
        Verdict.GENUINE
    )


def test_a_revoked_agent_is_named() -> None:
    gone, later = known(until=ISSUED), known(until=ISSUED + timedelta(days=1))
    assert sealcode.check(sealed(), gone, ISSUED).verdict is Verdict.REVOKED
    assert sealcode.check(sealed(), later, ISSUED + timedelta(days=2)).verdict is Verdict.GENUINE


def test_a_warrant_the_log_did_not_sign_names_nobody() -> None:
    with pytest.raises(Tampered, match="not signed by the log"):
        sealcode.signers(
            [
                warrant.issue(
                    device="x",
                    user="x",
                    name="x",
                    key=STRANGER.public,
                    since=ISSUED,
                    until=None,
                    sign=signer(STRANGER.key),
                )
            ],
            LOG.public,
        )
    with pytest.raises(Tampered, match="not readable"):
        warrant.check({"device": "x"}, LOG.public)


@pytest.mark.parametrize("text", ["", "DS1:", "DS2:ABC", "DS1:é", "DS1:" + "A" * 300])
def test_what_is_no_seal_is_unreadable(text: str) -> None:
    assert verdict(text) is Verdict.UNREADABLE


def test_a_typed_code_finds_its_seal() -> None:
    seals = [sealed(replace(LETTER, serial=f"HZ-{n}")) for n in range(20)]
    code = sealcode.short_code(seals[7])
    assert len(code) == 14
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert sealcode.find(typed, seals) == seals[7]
    assert sealcode.find("0000-0000-0000", seals) is None


def test_a_credential_says_nothing_of_a_debt_and_holds_for_a_day() -> None:
    about: dict[str, Any] = {
        "name": "王晓梅",
        "badge": "A011",
        "principal": "安行资产管理有限公司",
        "appointment": "1123-1400",
        "at": ISSUED,
        "public_key": AGENT.public,
        "sign": signer(AGENT.key),
    }
    text = credential.issue(**about, until=ISSUED + timedelta(hours=10))
    seal = sealcode.check(text, known(), ISSUED).seal
    assert seal is not None
    assert (seal.case, seal.sum, seal.document) == ("", None, "")
    assert verdict(text, ISSUED + timedelta(hours=11)) is Verdict.EXPIRED
    later = known(until=ISSUED + timedelta(hours=2))
    assert sealcode.check(text, later, ISSUED).verdict is Verdict.REVOKED
    with pytest.raises(BadInput, match="one day"):
        credential.issue(**about, until=ISSUED + timedelta(days=2))


def test_a_hardware_key_seals_too() -> None:
    key = ec.derive_private_key(5, ec.SECP256R1())
    text = sealcode.encode(LETTER, public_key=public_text(key), sign=signer(key))
    one = warrant.issue(
        device="d",
        user="u",
        name="n",
        key=public_text(key),
        since=ISSUED,
        until=None,
        sign=signer(LOG.key),
    )
    assert sealcode.check(text, sealcode.signers([one], LOG.public), ISSUED).verdict is (
        Verdict.GENUINE
    )


@given(st.binary(max_size=60))
def test_base45_round_trip(raw: bytes) -> None:
    assert base45.decode(base45.encode(raw)) == raw


@pytest.mark.parametrize(("raw", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0")])
def test_rfc_9285_examples(raw: bytes, text: str) -> None:
    assert base45.encode(raw) == text
    assert base45.encode(b"base-45") == "UJCLQE7W581"
    assert base45.decode("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize("text", ["A", "AAAA", "GGW", "::", "ab"])
def test_what_is_not_base45_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        base45.decode(text)
