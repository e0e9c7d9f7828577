"""A real office on loopback, and a device that speaks the wire to it without any of our client."""

from __future__ import annotations

import secrets
import socket
import threading
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import requests
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

import resources
from agent_app.domain.events import Event
from agent_app.journal import chain
from agent_app.journal.signing import HeldKey, b64
from sync import coding, messages
from sync.messages import Cursor, EnrolReply, EnrolRequest, Frame, Head, Page, SyncRequest
from sync.server import accounts, people
from sync.server import office as offices
from sync.server.app import make_app
from sync.server.cases import Changes, put_imported
from sync.server.office import Office
from sync.server.packs import PackShelf, shelve
from tests.support.case_rows import case_row
from tests.support.journals import Device, Hardware

RESOURCES = Path(resources.__file__).parent


@dataclass
class Clock:
    """A clock that stands still until moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 2, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


def new_office(folder: Path, clock: Clock) -> Office:
    """An office with team T1 of lead L1 and agents A1, A2."""
    facts = tomllib.loads((RESOURCES / "offices" / "demo.toml").read_text("utf-8"))
    office = offices.create(folder, clock, facts)
    with office.db() as db, db.writing():
        people.join(office, db, "L1", "林组长", "lead", None)
        accounts.add_team(db, "T1", "一组", "L1")
        for user in ("A1", "A2"):
            people.join(office, db, user, user, "agent", "T1")
    return office


def give_cases(office: Office, agent: str, *ids: str, **changes: Any) -> None:
    """Cases as an import would land them, assigned to `agent`."""
    told = Changes()
    crew = {"agents": [agent, "A9"], "lead": "L1"}
    with office.db() as db, db.writing():
        for one in ids:
            row = case_row(one, **({"crew": crew} | changes))
            del row["revision"]
            put_imported(db, told, row)
        told.publish(db, office.now())


@cache
def real_packs() -> PackShelf:
    """The packs the product ships."""
    return shelve(RESOURCES / "packs")


@contextmanager
def listening(office: Office) -> Iterator[str]:
    """The real application under a real server; yields its address."""
    app = make_app(office, real_packs())
    with office.db(), socket.create_server(("127.0.0.1", 0)) as bound:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class _Key(HTTPSignatureKeyResolver):
    def __init__(self, device: Device) -> None:
        self.device = device

    def resolve_private_key(self, key_id: str) -> Any:
        return self.device.key

    def resolve_public_key(self, key_id: str) -> Any:
        assert not isinstance(self.device.key, HeldKey)
        return self.device.key.public_key()


@dataclass
class Answer:
    """All frames of one sync, and what tests look for in them."""

    frames: list[Frame]

    def all(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.frames if isinstance(one, kind)]

    @property
    def end(self) -> messages.End:
        end: messages.End = self.all(messages.End)[0]
        return end

    @property
    def verdicts(self) -> list[messages.Verdict]:
        return [one for frame in self.all(messages.Verdicts) for one in frame.verdicts]

    @property
    def bases(self) -> dict[str, dict[str, Any]]:
        found = [msgspec.json.decode(raw) for page in self.all(Page) for raw in page.bases]
        return {one["id"]: one for one in found}

    @property
    def events(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(raw) for page in self.all(Page) for raw in page.events]

    @property
    def revokes(self) -> list[str]:
        return [one.case for page in self.all(Page) for one in page.revokes]


@dataclass
class FieldDevice:
    """Enrols and syncs by hand; `journal` is its chain of events."""

    url: str
    clock: Clock
    journal: Device
    reply: EnrolReply | None = None
    cursor: Cursor | None = None

    @classmethod
    def enrolled(
        cls, office: Office, url: str, user: str, name: str = "", kind: type[Device] = Device
    ) -> FieldDevice:
        """A device joined to `user` with a fresh code."""
        clock = office.now
        assert isinstance(clock, Clock)
        made = cls(url, clock, kind(name or f"seed-{user}", user))
        answer = made.enrol(new_code(office, user))
        assert answer.status_code == 200, answer.text
        made.reply = msgspec.json.decode(answer.content, type=EnrolReply)
        made.journal.name = made.reply.device
        return made

    def enrol(self, code: str) -> requests.Response:
        key = ec.generate_private_key(ec.SECP256R1())
        csr = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(key, SHA256())
        request = EnrolRequest(
            protocol=messages.PROTOCOL,
            code=code,
            event_key=self.journal.public,
            document_csr=b64(csr.public_bytes(Encoding.DER)),
            app="0.1.0",
        )
        return self.send("POST", "/v1/enrol", coding.encode(request), key_id="enrol")

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        key_id: str = "",
        headers: dict[str, str] | None = None,
        nonce: str | None = None,
        at: datetime | None = None,
        spoil: Any = None,
    ) -> requests.Response:
        """One signed request; `spoil(prepared)` changes it after it was signed."""
        request = requests.Request(method, self.url + path, data=body, headers=headers).prepare()
        hardware = isinstance(self.journal, Hardware)
        algorithm = ECDSA_P256_SHA256 if hardware else ED25519
        HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=_Key(self.journal)).sign(
            request,
            key_id=key_id or self.journal.name,
            covered_component_ids=messages.SIGNED,
            tag=messages.SIGNATURE_TAG,
            nonce=nonce or secrets.token_urlsafe(16),
            created=at or self.clock.at,
            include_alg=hardware,
            body=body,
        )
        if spoil is not None:
            spoil(request)
        with requests.Session() as session:
            return session.send(request)

    def sync(self, events: Sequence[Event] | None = None, **changes: Any) -> Answer:
        """Push `events` (all of the journal when None) and take what comes; moves the cursor."""
        answer = self.send("POST", "/v1/sync", coding.pack(self.request(events, **changes)))
        assert answer.status_code == 200, answer.text
        found = Answer(list(coding.decode_frames([answer.content])))
        self.cursor = found.end.cursor
        return found

    def request(self, events: Sequence[Event] | None = None, **changes: Any) -> SyncRequest:
        pushed = self.journal.events if events is None else events
        last = self.journal.events[-1] if self.journal.events else None
        head = Head(last.seq, chain.event_hash(last)) if last else Head(0, "0" * 64)
        plain: dict[str, Any] = {
            "protocol": messages.PROTOCOL,
            "app": "0.1.0",
            "cursor": self.cursor,
            "head": head,
            "events": [msgspec.Raw(msgspec.json.encode(one.to_json())) for one in pushed],
        }
        return SyncRequest(**(plain | changes))


def new_code(office: Office, user: str) -> str:
    with office.db() as db, db.writing():
        return accounts.new_code(db, user, office.now(), office.entropy)
