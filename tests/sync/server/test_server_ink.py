"""Sealed signatures: opened by two people of the office for a reason, and never without a trace."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from agent_app.documents import agreement, fields
from agent_app.documents.agreement import Signer
from agent_app.documents.ink import to_json
from agent_app.domain.errors import BadInput, NotAllowed, Tampered
from sync.server import ink, people
from sync.server.cli import main
from sync.server.office import Office
from tests.support.field import Agent
from tests.support.offices import Clock, give_cases, new_code, new_office
from tests.support.papers import AT, handwriting, templates

SIGNERS = [Signer(role, "某人", handwriting(1)) for role in ("debtor", "agent")]


@pytest.fixture
def office(office: Office) -> Office:
    with office.db() as db, db.writing():
        people.join(office, db, "B1", "法务", "admin", None)
    return office


def signed(*, sealed_to: Office | None) -> bytes:
    return agreement.build(
        templates("agreements")["repayment"],
        case=fields.sample_case(),
        language="zh_CN",
        serial="1",
        at=AT,
        signers=SIGNERS,
        office_key=sealed_to.keys.office.public_key() if sealed_to else None,
    ).pdf


def brought(office: Office, url: str, clock: Clock, folder: Path, paper: bytes) -> None:
    """Agent A1 had it signed in visit-1 and brought it to the office."""
    give_cases(office, "A1", "case-1")
    made = Agent.enrolled(folder, url, new_code(office, "A1"), clock)
    made.sync()
    made.record("visit_started", {"address": "addr-1", "crew": ["A1", "A9"]})
    made.record("id_shown", {"documents": ["badge"]})
    made.record("identity_checked", {"method": "two_points", "fields": ["a", "b"], "passed": True})
    body = {"agreement": "1", "plan": {}, "document": hashlib.sha256(paper).hexdigest()}
    kind = {"agreement": paper}
    made.record("agreement_signed", body, attached=kind, type="application/pdf")
    made.sync()
    made.upload()
    made.close()


def ask(
    office: Office, by: str = "L1", approved_by: str = "B1", reason: str = "诉讼"
) -> list[object]:
    return list(ink.open_ink_of(office, "visit-1", by=by, approved_by=approved_by, reason=reason))


def test_two_people_open_it_and_it_is_on_record(
    office: Office, url: str, clock: Clock, tmp_path: Path
) -> None:
    brought(office, url, clock, tmp_path / "device", signed(sealed_to=office))
    found = ink.open_ink_of(office, "visit-1", by="L1", approved_by="B1", reason="诉讼")
    assert [one["signer"] for one in found] == ["debtor", "agent"]
    assert found[0]["strokes"] == json.loads(to_json(SIGNERS[0].strokes))
    with office.db() as db:
        (row,) = ink.openings(db)
    assert (row["by_user"], row["approved_by"], row["reason"]) == ("L1", "B1", "诉讼")


@pytest.mark.parametrize(
    ("by", "approved_by", "reason", "fault"),
    [
        ("L1", "B1", " ", BadInput),
        ("L1", "L1", "why", NotAllowed),
        ("L1", "A2", "why", NotAllowed),
        ("A1", "B1", "why", NotAllowed),
        ("L1", "nobody", "why", BadInput),
        ("", "B1", "why", BadInput),
    ],
)
def test_nobody_opens_it_alone_or_without_a_reason(
    office: Office, url: str, clock: Clock, tmp_path: Path, by: str, approved_by: str, reason: str,
    fault: type[Exception],
) -> None:  # fmt: skip
    brought(office, url, clock, tmp_path / "device", b"%PDF-")
    with pytest.raises(fault):
        ask(office, by, approved_by, reason)
    with office.db() as db:
        assert ink.openings(db) == []


def test_ink_of_another_office_does_not_open(
    office: Office, url: str, clock: Clock, tmp_path: Path
) -> None:
    other = new_office(tmp_path / "other", clock)
    brought(office, url, clock, tmp_path / "device", signed(sealed_to=other))
    with pytest.raises(Tampered):
        ask(office)
    with office.db() as db:
        assert len(ink.openings(db)) == 1


def test_a_visit_without_a_paper_or_ink_says_so(
    office: Office, url: str, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="no signed agreement"):
        ask(office)
    brought(office, url, clock, tmp_path / "device", signed(sealed_to=None))
    assert ask(office) == []


def test_by_command(
    office: Office, url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    brought(office, url, clock, tmp_path / "device", signed(sealed_to=office))
    monkeypatch.setenv("DOORSTEP_DATA", str(office.folder.parent))
    who = ["--by", "L1", "--approved-by", "B1", "--reason", "诉讼", "--into", str(tmp_path)]
    assert main(["ink", "visit-1", *who]) == 0
    debtor, _ = (Path(line) for line in capsys.readouterr().out.splitlines())
    assert json.loads(debtor.read_text("utf-8"))["name"] == "某人"
    assert debtor.stat().st_mode & 0o077 == 0
    assert main(["ink"]) == 0
    assert json.loads(capsys.readouterr().out)["visit"] == "visit-1"
    assert main(["ink", "visit-1", "--by", "L1"]) == 1
