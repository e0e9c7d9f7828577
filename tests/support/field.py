"""An agent's real client, all of it but the screen: vault, store, journal file, transport."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_app.domain.events import Event, wall_text
from agent_app.domain.moment import Moment
from agent_app.ids import uuid7
from agent_app.journal import chain
from agent_app.journal.signing import signer
from agent_app.store import cases, events, files, meta, recovery
from agent_app.store.db import Store, transaction
from agent_app.store.filebox import FileBox
from agent_app.store.journal_file import JournalFile
from agent_app.vault import profile as profiles
from agent_app.vault import vault
from agent_app.vault.derive import Cost
from agent_app.vault.hardware import HardwareKey
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore
from agent_app.vault.vault import Keys
from sync import course, enrolment
from sync.applying import SyncReport
from sync.course import FilesReport, Here, driven
from sync.transport import Identity, Transport
from tests.support.offices import Clock

PHRASE = "correct 电池 staple"
CHEAP = Cost(memory_kib=64, passes=1)


@dataclass
class Agent:
    """One enrolled user on one device; `clock` is the device's."""

    data: Path
    url: str
    clock: Clock
    profile: Profile
    secrets: FileStore
    keys: Keys
    db: Store = field(init=False)
    box: FileBox = field(init=False)
    journal: JournalFile = field(init=False)
    transport: Transport = field(init=False)
    pack: Mapping[str, str] | None = None

    @classmethod
    def enrolled(
        cls, data: Path, url: str, code: str, clock: Clock, held: HardwareKey | None = None
    ) -> Agent:
        """Spend the code, make the vault, open the store; `held` signs in hardware."""
        keys = enrolment.make_keys(held)
        transport = Transport(url, now=clock, entropy=secrets.token_bytes)
        reply = enrolment.enrol(transport, code, keys, app="0.1.0", device_name="test")
        transport.close()
        profile = profiles.profile(data, reply.user.id)
        store = FileStore(data / "device")
        made = vault.create(
            profile,
            PHRASE,
            store,
            user=reply.user.id,
            device=reply.device,
            keys=keys,
            leased=enrolment.leased(reply),
            facts=enrolment.facts(reply),
            cost=CHEAP,
        )
        agent = cls(data, url, clock, profile, store, made)
        agent.open()
        return agent

    def open(self) -> None:
        """Open store, journal file and line, as a start of the app does after unlocking."""
        self.journal = JournalFile(self.profile.journal, self.keys.journal)
        self.db = recovery.open_both(
            self.profile.store, self.keys.db, self.journal, self.keys.device
        )
        self.box = FileBox(self.profile.files, self.keys.files)
        files.sweep(self.db, self.box)
        enrolment.begin(self.db, self.keys.facts)
        self.transport = Transport(
            self.url,
            now=self.clock,
            entropy=secrets.token_bytes,
            identity=Identity(self.keys.device, self.keys.event_key),
        )

    def close(self) -> None:
        self.transport.close()
        self.db.close()
        self.journal.close()

    def moment(self) -> Moment:
        return Moment(self.clock.at, "Asia/Shanghai", "boot-1", int(self.clock.at.timestamp()))

    def record(
        self,
        kind: str,
        body: Mapping[str, Any] | None = None,
        *,
        case: str | None = "case-1",
        visit: str | None = "visit-1",
        attached: Mapping[str, bytes] | None = None,
        type: str = "image/jpeg",
    ) -> Event:
        """Sign and save the next event, with its attachments by slot."""
        self.clock.pass_(seconds=30)
        seq, prev = events.head(self.db, self.keys.device)
        new_id = uuid7(self.clock.at, secrets.token_bytes(10))
        stored = [
            self.box.write(content, event=new_id, slot=slot, type=type)
            for slot, content in (attached or {}).items()
        ]
        draft = Event(
            id=new_id,
            device=self.keys.device,
            user=self.keys.user,
            seq=seq + 1,
            prev=prev,
            kind=kind,
            case=case,
            visit=visit,
            wall=wall_text(self.clock.at),
            tz="Asia/Shanghai",
            boot="boot-1",
            bt=seq,
            body=dict(body or {}),
            files=tuple(one.reference() for one in stored),
            receipt=meta.get(self.db, "tree_head"),
            pack=self.pack,
            app="0.1.0",
        )
        event = chain.seal(draft, sign=signer(self.keys.event_key), salt=secrets.token_bytes(32))
        with transaction(self.db):
            events.append(self.db, event, chain.event_hash(event))
            for one in stored:
                files.add(self.db, one)
            if case:
                cases.reproject(self.db, case)
        return event

    def visit(self, case: str = "case-1", visit: str = "visit-1") -> list[Event]:
        """A short honest visit."""
        steps: list[tuple[str, dict[str, Any]]] = [
            ("visit_started", {"address": "addr-1", "crew": ["A1", "A9"]}),
            ("id_shown", {"documents": ["badge"]}),
            ("person_met", {"who": "debtor"}),
            ("identity_checked", {"method": "two", "fields": ["id_last4"], "passed": True}),
            ("disclosed", {"statement": "cn"}),
            ("outcome_recorded", {"code": "paid_promise"}),
            ("visit_ended", {}),
        ]
        return [self.record(kind, body, case=case, visit=visit) for kind, body in steps]

    def sync(self) -> SyncReport:
        here = Here(
            *(self.db, self.box, self.keys.device, self.keys.user, self.keys.facts["log_key"]),
            *("0.1.0", self.moment),
        )
        return driven(course.exchange(here, self.transport))

    def upload(self) -> FilesReport:
        return driven(course.upload(self.db, self.box, self.transport))

    def now(self, case: str = "case-1") -> dict[str, Any]:
        row = cases.now(self.db, case)
        assert row is not None
        return row
