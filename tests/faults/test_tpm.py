"""The whole way with a key in a TPM: `make tpm`, which needs swtpm and tpm2-pkcs11."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from agent_app.domain.errors import KeyAway, PinLocked, WrongPin
from agent_app.journal import bundle, standalone
from agent_app.journal.signing import public_text, signer, verifies
from agent_app.vault.hardware import HardwareKey, KeptPin
from agent_app.verify import verify_file
from sync.proof import fetch_proof
from tests.support.clean import run_clean
from tests.support.field import Agent
from tests.support.offices import Clock, give_cases, listening, new_code, new_office
from tests.support.tokens import PIN
from tests.support.tpm import Chip

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(
        not {"DOORSTEP_TPM", "DOORSTEP_SCALE"} & set(os.environ), reason="run by `make tpm`"
    ),
]


@pytest.fixture
def chip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chip]:
    made = Chip.soldered(tmp_path / "tpm", monkeypatch)
    yield made
    made.stop()


def test_from_enrolment_to_a_bundle_a_stranger_checks(
    chip: Chip, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = new_office(tmp_path / "office", Clock())
    give_cases(office, "A1", "case-1")
    with listening(office) as url:
        agent = Agent.enrolled(
            tmp_path / "device", url, new_code(office, "A1"), Clock(), chip.key()
        )
        agent.sync()
        agent.visit()
        agent.sync()
        proof = fetch_proof(agent.transport, "visit-1")
        key = agent.keys.event_key
        out = tmp_path / "visit.bundle"
        bundle.write(
            out,
            visit="visit-1",
            proof=proof,
            files={},
            maker=bundle.Maker(public_text(key), signer(key), agent.clock.at),
        )
        took = [spent(key) for _ in range(30)]
        agent.close()
    assert verify_file(out, log_key=office.keys.log_public).ok
    script = tmp_path / "verify.py"
    script.write_bytes(standalone.unzip(out.read_bytes())["verify.py"])
    assert run_clean(script, out).returncode == 0
    with capsys.disabled():
        print(f"\na signature by swtpm: median {median(took):.1f} ms, longest {max(took):.1f} ms")
    assert isinstance(key, HardwareKey)
    key.close()


def spent(key: object) -> float:
    assert isinstance(key, HardwareKey)
    begun = time.perf_counter()
    key.sign(b"{}")
    return (time.perf_counter() - begun) * 1000


def test_a_copied_profile_and_token_store_sign_nothing_on_another_computer(
    chip: Chip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = chip.key()
    key.close()
    other = Chip.soldered(tmp_path / "other", monkeypatch)
    shutil.rmtree(other.store)
    shutil.copytree(chip.store, other.store)
    try:
        with pytest.raises(KeyAway):
            key.sign(b"x")
    finally:
        other.stop()


def test_after_a_restart_of_the_computer(chip: Chip) -> None:
    key = chip.key()
    key.sign(b"before")
    chip.stop()
    with pytest.raises(KeyAway):
        key.sign(b"the chip does not answer")
    chip.start()
    assert verifies(key.public, key.sign(b"after"), b"after")
    key.close()


def test_wrong_pins(chip: Chip, tmp_path: Path) -> None:
    made = chip.key()
    kept = KeptPin(tmp_path / "pin.sealed", bytes(32))
    kept.keep("000000")
    key = HardwareKey(made.where, kept)
    for _ in range(50):  # one try in all: no number of records uses up the chip's few
        with pytest.raises(WrongPin):
            key.sign(b"x")
    key.take_pin(PIN)
    assert verifies(key.public, key.sign(b"x"), b"x")
    key.close()
    refused: list[type[Exception]] = []
    for _ in range(40):
        with pytest.raises((WrongPin, PinLocked, KeyAway)) as told:
            key.take_pin("111111")
        refused.append(told.type)
    print(refused)
    assert set(refused) == {WrongPin, PinLocked}
