"""The debtor fetches a copy with the link made at the door, and nobody else does."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from agent_app.domain.errors import BadInput
from agent_app.journal import pickup, sealcode
from agent_app.journal.signing import signer
from agent_app.wording import Wording
from sync.server import accounts
from sync.server.office import Office
from tests.support.journals import Device
from tests.support.offices import Clock, FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]
PAPER = b"%PDF-1.7 a signed agreement"
SHA = hashlib.sha256(PAPER).hexdigest()
SALT = bytes(16)
CHECKS = [
    {
        "field": "id_last4",
        "salt": SALT.hex(),
        "hash": hashlib.sha256(SALT + b"082X").hexdigest(),
    }
]
TELLS = ("债", "欠", "还款", "协议", "D2026")


@pytest.fixture
def device(office: Office, enrolled: Enrolled) -> FieldDevice:
    """Agent A1 who signed an agreement that is not synced yet."""
    give_cases(office, "A1", "case-1", checks=CHECKS)
    made = enrolled("A1")
    named = {"slot": "agreement", "sha256": SHA, "size": len(PAPER), "type": "application/pdf"}
    made.journal.record("letter_printed", {
        "serial": "D2026-A000001", "template": "agreement_reminder", "document": SHA,
        "names_debt": False,
    }, files=(named,))  # fmt: skip
    return made


def link(device: FieldDevice, **changes: object) -> str:
    journal: Device = device.journal
    return pickup.issue(
        journal.events[-1].id,
        device.clock.at,
        public_key=journal.public,
        sign=signer(journal.key),
        nonce=b"n" * pickup.NONCE,
    )


def bring(device: FieldDevice) -> None:
    assert [one.verdict for one in device.sync().verdicts] == ["applied"]
    named = b64encode(SHA.encode()).decode()
    headers = {
        "tus-resumable": "1.0.0",
        "content-type": "application/offset+octet-stream",
        "upload-length": str(len(PAPER)),
        "upload-metadata": f"sha256 {named}",
    }
    assert device.send("POST", "/v1/files", PAPER, headers=headers).status_code == 201


def opened(url: str, token: str, answer: str | None = None) -> requests.Response:
    address = f"{url}/paper/{token}"
    if answer is None:
        return requests.get(address, timeout=10)
    return requests.post(address, data={"answer": answer}, timeout=10)


def says(answer: requests.Response, key: str) -> bool:
    return Wording("zh_CN").say(f"pickup.{key}") in answer.text


def test_before_the_sync_it_says_come_back_and_after_it_gives_the_paper(
    device: FieldDevice, url: str
) -> None:
    token = link(device)
    assert says(opened(url, token), "coming")
    bring(device)
    page = opened(url, token)
    assert says(page, "ask")
    assert not any(word in page.text for word in TELLS)
    got = opened(url, token, " 082x ")
    assert (got.content, got.headers["content-type"]) == (PAPER, "application/pdf")
    assert "D2026-A000001.pdf" in got.headers["content-disposition"]


def test_five_wrong_answers_shut_it(device: FieldDevice, url: str) -> None:
    bring(device)
    token = link(device)
    for left in (4, 3, 2, 1):
        answer = opened(url, token, "0000")
        assert says(answer, "wrong")
        assert f" {left} " in answer.text
    assert opened(url, token, "0000").status_code == 403
    assert says(opened(url, token, "082X"), "closed")


def test_it_ends_after_thirty_days(device: FieldDevice, url: str, clock: Clock) -> None:
    bring(device)
    token = link(device)
    clock.pass_(days=30)
    assert (opened(url, token).status_code, says(opened(url, token), "expired")) == (410, True)


def test_a_link_nobody_made_says_nothing(device: FieldDevice, url: str) -> None:
    bring(device)
    token = link(device)
    foreign = Device("stranger", "A1")
    forged = pickup.issue(
        device.journal.events[-1].id,
        device.clock.at,
        public_key=device.journal.public,
        sign=signer(foreign.key),
        nonce=bytes(pickup.NONCE),
    )
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    for bad in ("x", token[:-1], changed, forged, "A" * 4000):
        answer = opened(url, bad)
        assert (answer.status_code, says(answer, "unknown")) == (404, True)
        assert not any(word in answer.text for word in TELLS)


def test_a_withdrawn_device_makes_no_more_links(device: FieldDevice, office: Office) -> None:
    token = link(device)
    with office.db() as db, db.writing():
        accounts.revoke_device(office, db, device.journal.name, wipe=False)
        known = sealcode.signers(accounts.warrants(db), office.keys.log_public)
    with pytest.raises(BadInput):
        pickup.read(token, known)
    with office.db() as db:
        known = sealcode.signers(accounts.warrants(db), office.keys.log_public)
    early = pickup.issue(
        device.journal.events[-1].id,
        device.clock.at - timedelta(minutes=1),
        public_key=device.journal.public,
        sign=signer(device.journal.key),
        nonce=bytes(16),
    )
    assert pickup.read(early, known).device == device.journal.name
