"""An event key in a security key: what it signs, what it refuses, and coming back after it was out."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, KeyType
from pkcs11.util.ec import encode_named_curve_parameters

from agent_app.domain.errors import BadInput, KeyAway, Tampered, WrongPin
from agent_app.journal.signing import public_text, signer, verifies
from agent_app.vault import token, vault
from agent_app.vault.hardware import HardwareKey, KeptPin, Standing, TypedPin
from agent_app.vault.keymaking import Chosen, make_key, point_text
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore
from agent_app.vault.vault import Keys
from tests.support.tokens import PIN, Stick
from tests.support.vaults import NOW, PHRASE, create


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stick:
    return Stick.plugged(tmp_path / "stick", monkeypatch)


def test_it_signs_as_our_journal_wants_and_keeps_its_key(stick: Stick) -> None:
    key = stick.key()
    assert key.public.startswith("p256:")
    for number in range(20):
        message = b"{%d}" % number
        assert verifies(key.public, signer(key)(message), message)
    key.close()
    assert verifies(key.public, key.sign(b"again"), b"again")
    assert stick.token().name.startswith("UKey (SoftHSM v2)")


def test_pulled_out_and_put_back(stick: Stick) -> None:
    key = stick.key()
    key.sign(b"before")
    assert key.standing() is Standing.READY
    stick.pull()
    for _ in range(2):
        with pytest.raises(KeyAway):
            key.sign(b"while it is out")
    assert key.standing() is Standing.AWAY
    stick.put_back()
    assert key.standing() is Standing.READY
    assert verifies(key.public, key.sign(b"after"), b"after")


def test_a_wrong_pin_is_tried_once(stick: Stick, tmp_path: Path) -> None:
    kept = KeptPin(tmp_path / "pin.sealed", bytes(32))
    kept.keep("000000")
    key = HardwareKey(stick.key().where, kept)
    with pytest.raises(WrongPin):
        key.sign(b"x")
    kept.keep(PIN, refused=True)
    again = HardwareKey(key.where, KeptPin(tmp_path / "pin.sealed", bytes(32)))
    with pytest.raises(WrongPin):
        again.sign(b"a refused PIN is not tried again, even were it right")
    assert again.standing() is Standing.PIN
    with pytest.raises(WrongPin):
        again.take_pin("111111")
    again.take_pin(PIN)
    assert verifies(key.public, again.sign(b"x"), b"x")
    assert PIN.encode() not in (tmp_path / "pin.sealed").read_bytes()


def test_another_key_in_the_same_token_is_not_ours(stick: Stick) -> None:
    mine, other = stick.key(), stick.key()
    assert mine.public != other.public
    other.discard()
    with pytest.raises(KeyAway):
        other.sign(b"gone")
    assert verifies(mine.public, mine.sign(b"x"), b"x")


def test_another_token_of_the_same_kind_does_not_do(
    stick: Stick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = stick.key()
    key.close()
    Stick.plugged(tmp_path / "other", monkeypatch)
    assert key.standing() is Standing.AWAY
    with pytest.raises(KeyAway):
        key.sign(b"x")


def test_threads_take_turns(stick: Stick) -> None:
    key = stick.key()
    signed: list[bool] = []

    def work() -> None:
        for number in range(20):
            message = b"%d" % number
            signed.append(verifies(key.public, key.sign(message), message))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert signed == [True] * 80


def test_what_is_no_driver_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as none:
        token.present([str(tmp_path / "none.so")])
    assert "none.so" in str(none.value)
    (tmp_path / "text.so").write_text("no library", "utf-8")
    with pytest.raises(BadInput):
        token.present([str(tmp_path / "text.so")])


def test_a_key_prepared_by_whoever_manages_the_token(stick: Stick) -> None:
    """A token that makes no key for its user: the one key in it is taken, never a guess of two."""
    given = stick.key()
    found = make_key(Chosen(stick.token(), PIN, prepared=True))
    assert found.where == given.where
    stick.key()
    with pytest.raises(BadInput, match="holds 2"):
        make_key(Chosen(stick.token(), PIN, prepared=True))


def test_a_wrong_pin_at_enrolment_makes_nothing(stick: Stick) -> None:
    with pytest.raises(WrongPin):
        make_key(Chosen(stick.token(), "999999"))
    with pytest.raises(WrongPin):
        make_key(Chosen(stick.token(), "1"))


def test_drivers_are_found_where_they_install_themselves(tmp_path: Path) -> None:
    assert token.installed("/opt/vendor/p11.so") == ("/opt/vendor/p11.so",)
    assert token.installed(root=tmp_path) == ()


def test_a_pin_of_another_vault_is_asked_for_again(tmp_path: Path) -> None:
    KeptPin(tmp_path / "pin", bytes(32)).keep(PIN)
    with pytest.raises(WrongPin):
        KeptPin(tmp_path / "pin", b"another vault's key, 32 bytes  ..").read()
    assert TypedPin(PIN).read() == PIN


def test_a_point_is_read_bare_or_wrapped() -> None:
    """One in 256 bare points begins as a wrapped one does."""
    points = {}
    for number in range(1, 800):
        key = ec.derive_private_key(number, ec.SECP256R1()).public_key()
        raw = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        points[raw[1]] = (raw, public_text(key))
    for raw, text in (points[0x41], points[0x04]):
        assert point_text(raw) == point_text(b"\x04\x41" + raw) == text
    for bad in (b"", raw[:64], b"\x02" + raw[1:], bytes(65)):
        with pytest.raises(ValueError, match="point"):
            point_text(bad)


def test_a_key_on_another_curve_is_passed_over(stick: Stick) -> None:
    """Only a P-256 key in it will do, and a failure leaves the token to the next who asks."""
    one = stick.token()
    library = token.fresh(one.driver)
    session = token.log_in(
        one.driver, token.candidates(library, one.serial, one.label)[0], PIN, write=True
    )
    for curve in ("secp384r1", "secp256k1"):
        named = {Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
        domain = session.create_domain_parameters(KeyType.EC, named, local=True)
        domain.generate_keypair(store=True, label=curve, id=curve.encode())
    token.rest(one.driver)
    with pytest.raises(BadInput, match="holds 0"):
        make_key(Chosen(one, PIN, prepared=True))
    given = stick.key()
    assert make_key(Chosen(one, PIN, prepared=True)).where == given.where


def test_the_passphrase_opens_the_key_and_a_new_one_too(
    stick: Stick, here: Profile, store: FileStore
) -> None:
    made = create(here, store, stick.key())
    assert json.loads(here.vault.read_text("utf-8"))["v"] == 2
    vault.change_passphrase(here, PHRASE, "another 电池 staple", store, NOW)
    keys = vault.unlock(here, "another 电池 staple", store, NOW)
    event = keys.event_key
    assert public_text(event) == public_text(made.event_key)
    assert verifies(public_text(event), signer(event)(b"x"), b"x")
    kept = b"".join(path.read_bytes() for path in here.folder.iterdir() if path.is_file())
    assert PIN.encode() not in kept
    assert not vault.key_is_away(here, [stick.driver])
    assert vault.key_is_away(here, []), "a driver that only the header names is not loaded"
    stick.pull()
    assert vault.key_is_away(here, [stick.driver])


def test_unlocking_asks_nothing_of_the_key(stick: Stick, here: Profile, store: FileStore) -> None:
    create(here, store, stick.key())
    stick.pull()
    keys = vault.unlock(here, PHRASE, store, NOW)
    with pytest.raises(KeyAway):
        signer(keys.event_key)(b"x")


def test_a_vault_without_its_pin_asks_for_it(stick: Stick, here: Profile, store: FileStore) -> None:
    create(here, store, stick.key())
    here.pin.unlink()
    key = vault.unlock(here, PHRASE, store, NOW).event_key
    assert isinstance(key, HardwareKey)
    with pytest.raises(WrongPin):
        key.sign(b"x")
    key.take_pin(PIN)
    key = vault.unlock(here, PHRASE, store, NOW).event_key
    assert verifies(public_text(key), signer(key)(b"x"), b"x")


@pytest.mark.parametrize(
    "change",
    [{"token": "x"}, {"token": None}, {"token": {}}, {"v": 2}, {"v": 0}, {"v": "2"}, {"v": None}],
)
def test_a_header_with_an_odd_token_is_named(
    change: dict[str, object], here: Profile, store: FileStore, made: Keys
) -> None:
    plain = json.loads(here.vault.read_text())
    here.vault.write_text(json.dumps({**plain, "v": 2, **change}))
    with pytest.raises(Tampered):
        vault.unlock(here, PHRASE, store, NOW)
    with pytest.raises(Tampered):
        vault.key_is_away(here, [])


def test_a_software_vault_is_as_it_always_was(here: Profile, made: Keys) -> None:
    assert json.loads(here.vault.read_text("utf-8"))["v"] == 1
    assert not here.pin.exists()
