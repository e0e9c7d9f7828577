"""A desk with a real encrypted store, the shipped packs and keys of its own, for flow tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import resources
from agent_app.actions.desk import Desk
from agent_app.actions.templates import Templates
from agent_app.documents.sealing.certificates import issue_device_certificate, make_ca
from agent_app.domain.moment import Moment
from agent_app.journal.signing import public_text, signer
from agent_app.packs import PackSet, load_packs
from agent_app.store import cases, files, meta, recovery
from agent_app.store.filebox import FileBox
from agent_app.store.journal_file import JournalFile
from tests.support.cache import run_cache
from tests.support.case_rows import case_row, raw

KEY = bytes(range(32))
AGENCY = {
    "name": "和顺服务",
    "address": "上海市浦东新区示例路1号",
    "phone": "021-8000-0000",
    "code": "91310000MA0000000X",
    "complaints": "021-8000-0001",
}
MORNING = Moment(
    datetime.fromisoformat("2026-11-23T10:00:00+08:00"), "Asia/Shanghai", "boot-1", 90_000
)
PACKS = Path(resources.__file__).parent / "packs"
CREDITOR = {"id": "bank-1", "name": "江南银行", "phone": "400-800-0000"}


@cache
def shipped_packs() -> PackSet:
    """The packs of the repository, read once for all tests."""
    return load_packs(PACKS)


@cache
def shipped_templates() -> Templates:
    """Their letters and agreements, and the fonts they are set in."""
    return Templates(run_cache())


class Entropy:
    """Bytes that differ at each call and repeat from run to run."""

    def __init__(self, seed: str = "desk") -> None:
        self._seed, self._calls = seed, 0

    def __call__(self, size: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(f"{self._seed}-{self._calls}".encode()).digest(size)


def check(field: str, answer: str) -> dict[str, str]:
    """A salted identity check as the server makes it."""
    salt = hashlib.sha256(field.encode()).digest()[:16]
    return {
        "field": field,
        "salt": salt.hex(),
        "hash": hashlib.sha256(salt + answer.encode()).hexdigest(),
    }


def visitable_row(id: str = "case-1", **changes: Any) -> dict[str, Any]:
    """A case whose door may be knocked on at MORNING, with identity answers 002X and 0001."""
    row = case_row(id)
    row |= {
        "checks": [check("id_last4", "002X"), check("phone_last4", "0001")],
        "contacts": [
            {"at": "2026-10-25T10:00:00+08:00", "channel": "letter", "result": "overdue_notice"},
            {"at": "2026-11-05T10:00:00+08:00", "channel": "sms", "result": "sent"},
            {"at": "2026-11-10T10:00:00+08:00", "channel": "call", "result": "connected"},
            {"at": "2026-11-20T10:00:00+08:00", "channel": "sms", "result": "appointment"},
        ],
    }
    row["crew"] = {
        "agents": ["wang", "li"],
        "lead": "chen",
        "credentials": [
            {"user": user, "kind": kind, "valid_until": "2027-06-30"}
            for user in ("wang", "li")
            for kind in ("badge", "authorisation_letter", "training", "agency_contract")
        ],
    }
    return row | changes


def office_chain(key: ec.EllipticCurvePrivateKey) -> tuple[bytes, ...]:
    """A device certificate for `key`, and the office CA that issued it."""
    ca_key = ec.derive_private_key(11, ec.SECP256R1())
    ca = make_ca(ca_key, office="示例外访中心", at=MORNING.wall - timedelta(days=30), serial=1)
    device = issue_device_certificate(
        ca_key,
        ca,
        key.public_key(),
        office="示例外访中心",
        device="device-1",
        user="wang",
        at=MORNING.wall - timedelta(days=10),
        serial=2,
    )
    return (device, ca)


@contextmanager
def open_test_desk(
    folder: Path,
    *rows: dict[str, Any],
    user: str = "wang",
    role: str = "agent",
    seed: str = "desk",
) -> Iterator[Desk]:
    """A desk over `rows`, synced at MORNING; without rows, over what the folder holds.

    A folder opened again needs another `seed`, or ids would come twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "files").mkdir(exist_ok=True)
    journal = JournalFile(folder / "journal.log", KEY)
    db = recovery.open_both(folder / "store.db", KEY, journal, "device-1")
    box = FileBox(folder / "files", KEY)
    files.sweep(db, box)
    if rows:
        cases.put_base(db, [raw(row) for row in rows])
        meta.put(db, "last_sync", MORNING.wall.isoformat())
        meta.put(db, "serials", {"prefix": "T1", "first": 1, "last": 50})
    document_key = ec.derive_private_key(7, ec.SECP256R1())
    desk = Desk(
        db=db,
        files=box,
        packs=shipped_packs(),
        templates=shipped_templates(),
        device="device-1",
        user=user,
        role=role,
        sign=signer(Ed25519PrivateKey.from_private_bytes(KEY)),
        public_key=public_text(Ed25519PrivateKey.from_private_bytes(KEY)),
        document_key=document_key,
        document_chain=office_chain(document_key),
        told={
            "user": {"id": user, "role": role},
            "org": {"agency": AGENCY, "creditors": [CREDITOR]},
            "people": [],
        },
        entropy=Entropy(seed),
        app="0.1.0",
        cache=run_cache(),
    )
    yield desk
    db.close()
    journal.close()
