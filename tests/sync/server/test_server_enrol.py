from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from agent_app.journal.canonical import canonical
from agent_app.journal.signing import labelled, unb64, verifies
from sync.server.office import Office
from tests.support.journals import Device
from tests.support.offices import Clock, FieldDevice, new_code

Enrolled = Callable[..., FieldDevice]


@pytest.fixture
def stranger(url: str, clock: Clock) -> FieldDevice:
    return FieldDevice(url, clock, Device("new"))


def test_a_code_is_typed_and_has_forty_bits(office: Office) -> None:
    codes = {new_code(office, "A1") for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        assert re.fullmatch(r"A1-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)


def test_it_joins_a_device_once(office: Office, stranger: FieldDevice) -> None:
    code = new_code(office, "A1")
    assert stranger.enrol(code).status_code == 200
    assert stranger.enrol(code).status_code == 403


def test_it_may_be_typed_carelessly(office: Office, stranger: FieldDevice) -> None:
    code = new_code(office, "A1").lower().replace("-", " ").replace("0", "o").replace("1", "l", 0)
    assert stranger.enrol(f"  {code} ").status_code == 200


def test_it_lives_ten_minutes(office: Office, stranger: FieldDevice, clock: Clock) -> None:
    code = new_code(office, "A1")
    clock.pass_(minutes=10, seconds=1)
    assert stranger.enrol(code).status_code == 403


def test_five_wrong_tries_end_it(office: Office, stranger: FieldDevice) -> None:
    code = new_code(office, "A1")
    for _ in range(5):
        assert stranger.enrol("A1-AAAA-AAAA").status_code == 403
    assert stranger.enrol(code).status_code == 403


@pytest.mark.parametrize("typed", ["", "-", "A1", "A1-", "nobody-AAAA-AAAA", "A1-" + "A" * 5000])
def test_nonsense_is_a_wrong_code(stranger: FieldDevice, typed: str) -> None:
    assert stranger.enrol(typed).status_code == 403


def test_a_code_is_not_kept_in_the_clear(office: Office) -> None:
    code = new_code(office, "A1")
    secret = code.removeprefix("A1-").replace("-", "").encode()
    stored = (office.folder / "office.db").read_bytes()
    stored += (
        (office.folder / "office.db-wal").read_bytes()
        if (office.folder / "office.db-wal").exists()
        else b""
    )
    assert secret not in stored


def test_the_reply_holds_what_the_device_needs(enrolled: Enrolled) -> None:
    reply = enrolled("A1").reply
    assert reply is not None
    assert (reply.user.id, reply.user.lead, reply.org.tz) == ("A1", "L1", "Asia/Shanghai")
    assert {one.id for one in reply.people} == {"A1", "A2", "L1"}
    device, ca = (x509.load_der_x509_certificate(unb64(one)) for one in reply.certificates)
    device.verify_directly_issued_by(ca)
    assert isinstance(device.public_key(), ec.EllipticCurvePublicKey)
    assert len(unb64(reply.server_share)) == 32
    revocations = x509.load_der_x509_crl(unb64(reply.revocations))
    assert revocations.is_signature_valid(ca.public_key())  # type: ignore[arg-type]


def test_the_lease_is_signed_and_lasts_a_week(enrolled: Enrolled) -> None:
    reply = enrolled("A1").reply
    assert reply is not None
    plain = {name: getattr(reply.lease, name) for name in reply.lease.__struct_fields__}
    signature = unb64(plain.pop("sig"))
    assert verifies(reply.log_key, signature, labelled("lease", canonical(plain)))
    assert (plain["issued_at"][:10], plain["expires_at"][:10]) == ("2026-11-23", "2026-11-30")


def test_two_devices_never_share_serial_numbers(enrolled: Enrolled) -> None:
    one, other = enrolled("A1").reply, enrolled("A2", "second").reply
    assert one is not None
    assert other is not None
    assert one.serials.last < other.serials.first
