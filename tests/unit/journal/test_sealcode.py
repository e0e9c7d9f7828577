"""Seals on paper, credentials, short codes: each way to be false has its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from agent_app.documents import printed, qr
from agent_app.domain.errors import BadInput, Tampered
from agent_app.domain.money import Money
from agent_app.journal import base45, credential, sealcode, speech, warrant
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


def verdict(text: str, at: datetime = ISSUED) -> Verdict:
    return sealcode.check(text, known(), at).verdict


def differs(**read: str) -> tuple[str, ...]:
    return printed.differing(LETTER, read, ZoneInfo("Asia/Shanghai"))


def test_a_genuine_seal_says_what_was_sealed() -> None:
    checked = sealcode.check(sealed(), known(), ISSUED)
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
    genuine = sealcode.check(sealed(), known(), ISSUED)
    found = sealcode.compare(genuine, differs(sum="9,913.00", serial=LETTER.serial))
    assert (found.verdict, found.differs) == (Verdict.DIFFERS, ("sum",))
    late = sealcode.check(sealed(), known(), ISSUED + timedelta(days=31))
    assert sealcode.compare(late, ("sum",)).verdict is Verdict.DIFFERS
    gone = sealcode.check(sealed(), known(until=ISSUED), ISSUED)
    assert sealcode.compare(gone, ("sum",)).verdict is Verdict.REVOKED
    assert sealcode.compare(genuine, ()).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("field", "same", "other"),
    [
        ("sum", ("3913", "¥3,913.00", "３９１３．００ 元", "CNY 3,913.00", "人民币叁仟玖佰壹拾叁元整", "叁仟玖佰壹拾叁圓整"), ("391.30", "3913.01", "多", "壹万叁仟玖佰壹拾叁元整")),
        ("issued", ("2026-11-23", "2026年11月23日", "2026/11/23 10:00", "23 November 2026", "Nov 23, 2026", "23/11/2026", "民國115年11月23日"), ("2026-11-24", "11-23", "24 Nov 2026", "9" * 40 + "-1-1", "0-0-0", "年")),
        ("agent", ("王晓梅 A011", "王晓梅", "a011", "王晓梅（A011）"), ("王小梅", "A012")),
        ("serial", ("HZ-2026-000123", "hz 2026 000123"), ("HZ-2026-000124",)),
        ("principal", ("华信消费金融有限公司",), ("华信消费金融",)),
        ("until", ("2026-12-23",), ("2027-12-23",)),
    ],
)  # fmt: skip
def test_what_is_read_off_the_paper(
    field: str, same: tuple[str, ...], other: tuple[str, ...]
) -> None:
    for read in same:
        assert differs(**{field: read}) == ()
    for read in other:
        assert differs(**{field: read}) == (field,)


def test_blank_and_unknown_fields_are_not_compared() -> None:
    assert differs(sum=" ", nothing="x") == ()
    assert printed.asked_of(replace(LETTER, sum=None, case="", until=None)) == (
        "sum", "serial", "issued", "agent", "principal",
    )  # fmt: skip


def test_a_copied_code_on_a_paper_that_demands_a_sum() -> None:
    """The code of a letter without a sum, pasted on one with; a credential has none to compare."""
    zone = ZoneInfo("Asia/Shanghai")
    assert printed.differing(replace(LETTER, sum=None), {"sum": "5,000.00"}, zone) == ("sum",)
    person = replace(LETTER, kind="credential", sum=None)
    assert printed.differing(person, {"sum": "5,000.00"}, zone) == ()


def test_a_link_holds_the_whole_seal_in_a_qr_code_of_version_10() -> None:
    text = credential.issue(
        name="阿依古丽·买买提", badge="A-0117", principal="上海和顺信息技术服务有限公司", appointment="AABBCCDD",
        at=ISSUED, until=ISSUED + timedelta(hours=8), public_key=AGENT.public, sign=signer(AGENT.key),
    )  # fmt: skip
    link = sealcode.link("https://doorstep.example-agency.com.cn/check/?code=", text)
    assert (
        sealcode.scanned(link) == sealcode.scanned(link.lower()) == sealcode.scanned(text) == text
    )
    assert qr.modules(link, level="L").size <= VERSION_10
    assert sealcode.scanned(f"{link}&lang=en") == sealcode.scanned(f"请看 {link} 。") == text
    assert sealcode.scanned(text.lower()) == sealcode.scanned(f" {text}\n") == text
    assert sealcode.scanned("7K3M-9Q2X-4TFA") == ""
    assert verdict(sealcode.scanned("https://x/?code=DS1-1")) is Verdict.UNREADABLE


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


def test_a_paper_of_a_day_to_come_is_named() -> None:
    assert verdict(sealed(), ISSUED - timedelta(minutes=9)) is Verdict.GENUINE
    assert verdict(sealed(), ISSUED - timedelta(hours=1)) is Verdict.EARLY
    assert verdict(sealed(replace(LETTER, until=ISSUED)), ISSUED.replace(year=2024)) is (
        Verdict.EARLY
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
    wide = code.translate({ord(one): ord(one) + 0xFEE0 for one in code if one.isalnum()})
    assert sealcode.find(wide, seals) == seals[7]
    assert sealcode.find("0000-0000-0000", seals) is None
    assert sealcode.find(code[:-1], seals) is sealcode.find(f"{code}0", seals) is None


@given(st.binary(min_size=8, max_size=8), st.data())
def test_a_slip_in_a_typed_code_is_told_from_a_code_not_known(
    raw: bytes, data: st.DataObject
) -> None:
    """One letter wrong or two exchanged is always found; what is misread as its twin is no slip."""
    code = speech.heard(speech.spell_checked(raw, 12))
    assert not speech.slipped(code.replace("0", "o").replace("1", "I").lower(), 12)
    one, other = data.draw(st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True))
    letter = data.draw(st.sampled_from(speech.ALPHABET))
    letters = list(code)
    letters[one] = letter
    assert speech.slipped("".join(letters), 12) == (letter != code[one])
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    assert speech.slipped("".join(letters), 12) == (code[one] != code[other])
    assert speech.slipped(code[:-1], 12)
    assert sealcode.missed(code) == "unknown"
    assert sealcode.missed("七") == sealcode.missed("") == "mistyped"


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
