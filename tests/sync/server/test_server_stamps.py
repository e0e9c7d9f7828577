"""Proof of time added at the office: the paper the device sealed stays the paper it recorded."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from agent_app.documents import agreement, fields
from agent_app.documents.agreement import Signer
from agent_app.documents.sealing import authority, pades, timestamp, verification
from agent_app.documents.sealing.certificates import issue_device_certificate
from agent_app.domain.errors import Offline
from agent_app.store import files
from sync import files as wire_files
from sync.server import files as server_files
from sync.server.office import Office, put_fact
from sync.server.stamps import Stamper
from tests.support.authorities import REPLY, Answer, authority_at
from tests.support.field import Agent
from tests.support.offices import Clock, give_cases, new_code
from tests.support.papers import AT, DocumentOffice, handwriting, templates


@pytest.fixture
def paper(office: Office, clock: Clock) -> bytes:
    """An agreement sealed by a device of this office."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = issue_device_certificate(
        office.keys.ca, office.keys.ca_certificate, key.public_key(), office="X", device="D",
        user="A1", at=clock.at, serial=9,
    )  # fmt: skip
    made = agreement.build(
        templates("agreements")["repayment"],
        case=fields.sample_case(),
        language="zh_CN",
        serial="1",
        at=AT,
        signers=[Signer(role, "某人", handwriting(1)) for role in ("debtor", "agent")],
    )
    return pades.seal(made.pdf, key, [certificate, office.keys.ca_certificate], at=clock.at)


@pytest.fixture
def agent(office: Office, url: str, clock: Clock, tmp_path: Path, paper: bytes) -> Agent:
    """Agent A1 who had it signed, and synced."""
    give_cases(office, "A1", "case-1")
    made = Agent.enrolled(tmp_path / "device", url, new_code(office, "A1"), clock)
    made.sync()
    made.record("visit_started", {"address": "addr-1", "crew": ["A1", "A9"]})
    made.record("id_shown", {"documents": ["badge"]})
    made.record("identity_checked", {"method": "two_points", "fields": ["a", "b"], "passed": True})
    signed = {"agreement": "1", "plan": {}, "document": hashlib.sha256(paper).hexdigest()}
    made.record("agreement_signed", signed, attached={"agreement": paper})
    made.sync()
    clock.pass_(hours=2)
    return made


def test_it_is_stamped_where_it_arrives_and_still_the_same_paper(
    agent: Agent, office: Office, paper: bytes
) -> None:
    agent.upload()
    Stamper(office).stamp_waiting()
    (sealed,) = files.unstamped(agent.db, "agreement")
    stored = wire_files.download_stamped(agent.box, agent.transport, sealed)
    assert stored is not None
    files.add(agent.db, stored, own=False)
    assert files.unstamped(agent.db, "agreement") == []
    stamped = agent.box.read(stored)
    assert stamped.startswith(paper)
    roots = [office.keys.ca_certificate]
    report = verification.verify(stamped, roots, expected_sha256=hashlib.sha256(paper).hexdigest())
    assert (report.problems, report.level) == ((), "B-LTA")
    flipped = bytearray(stamped)
    end = stamped.index(b">", stamped.index(b"/Contents <")) - 1
    flipped[end] = ord("1")
    again = verification.verify(bytes(flipped), roots, expected_sha256=report.sha256)
    assert "not the recorded one" in again.problems[0]
    assert Stamper(office).stamp_waiting() == 0


def test_the_stamp_of_an_outside_authority(agent: Agent, office: Office, paper: bytes) -> None:
    """Another house's service over HTTP, named in the office's facts; its root makes it hold."""
    theirs = DocumentOffice.make("国家授时")

    def stamp(asked: bytes) -> Answer:
        chain = [theirs.stamp, theirs.ca]
        made = timestamp.respond(asked, theirs.stamp_key, chain, at=office.now(), serial=5)
        return 200, REPLY, made

    server_files.put(office, hashlib.sha256(paper).hexdigest(), paper)
    with authority_at(stamp) as url:
        with office.db() as db, db.writing():
            put_fact(db, "timestamp", {"url": url})
        Stamper(office).stamp_waiting()
    with office.db() as db:
        row = db.row("SELECT stamped, level FROM stamped")
    assert row is not None
    stamped = server_files.whole(office, row["stamped"]).read_bytes()
    roots = [office.keys.ca_certificate]
    assert verification.verify(stamped, roots).problems
    report = verification.verify(stamped, [*roots, theirs.ca])
    assert (report.problems, report.level, row["level"]) == ((), "B-LTA", "B-LTA")


def test_a_service_that_is_away_is_asked_again_later(
    agent: Agent, office: Office, clock: Clock, paper: bytes
) -> None:
    asked = []

    def away(request: bytes) -> bytes:
        asked.append(request)
        raise Offline("no line")

    server_files.put(office, hashlib.sha256(paper).hexdigest(), paper)
    stamper = Stamper(office, lambda _: authority.local(away))
    assert (stamper.stamp_waiting(), stamper.stamp_waiting(), len(asked)) == (0, 0, 1)
    clock.pass_(minutes=3)
    stamper.stamp_waiting()
    assert len(asked) == 2
