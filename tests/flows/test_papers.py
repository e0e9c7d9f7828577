"""Agreement and letters at the door: from the budget to a sealed paper that others' tools accept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_app.actions.agreements import Shown, show_agreement
from agent_app.actions.credentials import issue_credential
from agent_app.actions.desk import Desk
from agent_app.actions.letters import deliver_letter, print_letter
from agent_app.actions.papers import paper_seal, printed_seal
from agent_app.actions.pickup import pickup_link
from agent_app.actions.plans import offer_plan, record_budget
from agent_app.actions.rights import state_right
from agent_app.actions.signing import CHECKS, decline_agreement, sign_agreement, sign_on_paper
from agent_app.documents.agreement import Signer
from agent_app.documents.ink import Point, Stroke
from agent_app.documents.qr import VERSION_10, small_enough
from agent_app.documents.sealing.verification import verify
from agent_app.domain.errors import BadInput, NotAllowed, Unavailable
from agent_app.domain.model import Case
from agent_app.domain.money import Money
from agent_app.journal.pickup import read
from agent_app.journal.sealcode import decode, scanned
from agent_app.queries.case_page import read_case
from agent_app.queries.plans import fair_plans
from agent_app.store import events, meta, serials
from tests.flows.test_visit import TALK, knock
from tests.support.desks import AGENCY, MORNING, open_test_desk, visitable_row
from tests.support.walker import Walker

POINTS = tuple(Point(x=n * 0.8, y=5 + n % 5, time=n * 8) for n in range(40))
INK = (Stroke(points=POINTS, tool="pen"),)
RIGHT = {name: {"answer": "x", "right": True, "tries": 1} for name in CHECKS}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_test_desk(tmp_path / "profile", visitable_row()) as desk:
        yield desk


@pytest.fixture
def talking(desk: Desk) -> Walker:
    """A visit in which the debt was explained and listened to."""
    walker = knock(desk, record_sound=False)
    walker.walk(
        {name: TALK[name] for name in TALK if name not in LATER} | {"way": "plan"}, stop="budget"
    )
    return walker


LATER = ("promise_amount", "promise_due", "outcome", "kept", "kept_note")


def offered(walker: Walker) -> Shown:
    desk, at = walker.desk, walker.at
    about = {"case": "case-1", "visit": walker.visit}
    record_budget(desk, at, income=800_000, lines={"housing": 300_000, "food": 150_000}, **about)
    plan = fair_plans(desk, at, "case-1", 10).result.options[0]
    told = offer_plan(desk, at, plan=plan, **about).made
    return show_agreement(desk, at, plan=told, language="zh_CN", **about)


def signers(shown: Shown) -> list[Signer]:
    return [Signer(role, "某人", INK) for role in shown.roles if role not in shown.optional]


def test_what_was_shown_is_what_was_signed_and_the_seal_holds(talking: Walker) -> None:
    shown = offered(talking)
    made = sign_agreement(
        talking.desk, talking.at, shown=shown, signers=signers(shown), checks=RIGHT
    )
    report = verify(made.made, [talking.desk.document_chain[1]])
    assert report.valid, report.problems
    event = events.of_visit(talking.desk.db, talking.visit)[-1]
    assert event.kind == "agreement_signed"
    assert event.body["shown"] == shown.sha256
    seal = decode(event.body["seal"])
    assert seal.serial == shown.serial
    assert seal.sum == Money.from_json(shown.plan["total"])
    assert read_case(talking.desk, "case-1").raw["agreement"]["agreement"] == shown.serial


def test_a_guarantor_is_named_signs_and_the_debtor_gets_a_link(talking: Walker) -> None:
    desk, at = talking.desk, talking.at
    plain = offered(talking)
    shown = show_agreement(
        desk, at, case="case-1", visit=talking.visit, plan=plain.plan, language="zh_CN",
        others={"guarantor": "周敏"},
    )  # fmt: skip
    assert shown.signing == ("debtor", "guarantor", "agent")
    inked = [Signer(role, "某人", INK) for role in shown.signing]
    sign_agreement(desk, at, shown=shown, signers=inked, checks=RIGHT)
    with pytest.raises(Unavailable):
        pickup_link(desk, at, case="case-1", serial=shown.serial)
    org = desk.office["org"] | {"check_url": "https://office.example/check/?code="}
    meta.put(desk.db, "office", {"org": org})
    link = pickup_link(desk, at, case="case-1", serial=shown.serial)
    assert link.startswith("https://office.example/paper/")
    token = link.rpartition("/")[2]
    mine = {"key": desk.public_key, "device": desk.device, "until": None}
    assert read(token, lambda _: mine).event == events.of_visit(desk.db, talking.visit)[-1].id
    with pytest.raises(NotAllowed):
        pickup_link(desk, at, case="case-1", serial="X")


@pytest.mark.parametrize("kind", ["letter", "receipt", "agreement", "credential"])
def test_the_code_on_every_paper_opens_the_offices_page_and_is_at_most_version_10(
    desk: Desk, kind: str
) -> None:
    """With a bank's whole name on it, and as the bare seal where the address is too long."""
    row = visitable_row()
    row["creditor"]["name"] = "江南农村商业银行股份有限公司"
    url = "https://doorstep.example.com.cn/check/?code="
    org = desk.office["org"] | {
        "check_url": url,
        "agency": AGENCY | {"name": "上海和顺信息技术有限公司"},
    }
    meta.put(desk.db, "office", {"org": org})
    if kind == "credential":
        made = issue_credential(desk, MORNING, case="case-1", visit="0190-aabbccdd").made
        seal, code = made.seal, made.link
    else:
        seen = Case.read(row)
        about: dict[str, Any] = {"kind": kind, "serial": "D2026-L000123", "terms": {}}
        held = Money(10**9, "CNY")
        seal = paper_seal(desk, MORNING, seen, names_debt=True, sum=held, **about)
        code = printed_seal(desk, seal)
    assert (code.startswith(url), scanned(code)) == (True, seal)
    assert small_enough(code).size <= VERSION_10
    meta.put(desk.db, "office", {"org": org | {"check_url": url + "x" * 100}})
    assert printed_seal(desk, seal) == seal


def test_an_agreement_is_not_signed_before_the_three_questions(talking: Walker) -> None:
    shown = offered(talking)
    with pytest.raises(BadInput, match="not asked yet"):
        sign_agreement(talking.desk, talking.at, shown=shown, signers=signers(shown), checks={})


def test_a_paper_numbered_anew_must_be_shown_again(talking: Walker) -> None:
    shown = offered(talking)
    about = {"case": "case-1", "visit": talking.visit}
    print_letter(talking.desk, talking.at, template="missed_you", language="zh_CN", **about)
    with pytest.raises(NotAllowed, match="numbered anew"):
        sign_agreement(talking.desk, talking.at, shown=shown, signers=signers(shown), checks=RIGHT)


def test_a_letter_that_names_the_debt_waits_for_the_gate(desk: Desk) -> None:
    walker = knock(desk)
    before = serials.left(desk.db)
    with pytest.raises(NotAllowed):
        print_letter(
            desk, walker.at, case="case-1", visit=walker.visit, template="overdue_notice",
            language="zh_CN",
        )  # fmt: skip
    assert serials.left(desk.db) == before


def test_letters_are_numbered_without_a_gap_until_the_block_is_used_up(desk: Desk) -> None:
    meta.put(desk.db, "serials", {"prefix": "T1", "first": 7, "last": 8})
    walker = knock(desk)
    about = {"case": "case-1", "visit": walker.visit, "template": "missed_you"}
    made = [print_letter(desk, walker.at, language="en", **about).made[0] for _ in range(2)]
    assert made == ["T1L000007", "T1L000008"]
    with pytest.raises(Unavailable):
        print_letter(desk, walker.at, language="en", **about)


def test_a_delivery_names_its_letter_and_its_proof(desk: Desk) -> None:
    walker = knock(desk)
    about = {"case": "case-1", "visit": walker.visit}
    serial, _ = print_letter(desk, walker.at, template="missed_you", language="zh_TW", **about).made
    with pytest.raises(NotAllowed):
        deliver_letter(desk, walker.at, serial="X", how="hand", proof="receipt_signature", **about)
    deliver_letter(desk, walker.at, serial=serial, how="hand", proof="receipt_signature", **about)
    letter = read_case(desk, "case-1").raw["letters"][0]
    assert letter["delivered"]["how"] == "hand"


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ("dispute", {"reason": "amount"}),
        ("stop_contact", {}),
        ("adviser", {"name": "王律师"}),
        ("not_my_debt", {}),
        ("hardship", {}),
        ("vulnerable", {}),
    ],
)
def test_every_right_leaves_its_slip(desk: Desk, right: str, said: dict[str, str]) -> None:
    walker = knock(desk)
    made = state_right(
        desk, walker.at, case="case-1", visit=walker.visit, right=right, said=said
    ).made
    assert made is not None
    serial, pdf = made
    assert serial.startswith("T1L")
    assert pdf.startswith(b"%PDF")


def test_signed_with_a_pen_on_two_printed_copies(talking: Walker) -> None:
    shown = offered(talking)
    told = {"shown": shown, "names": {"debtor": "某人", "agent": "王"}, "checks": RIGHT}
    with pytest.raises(BadInput, match="no photo"):
        sign_on_paper(talking.desk, talking.at, pages=[], **told)
    pages = [(b"\xff\xd8 page", "image/jpeg"), (b"\xff\xd8 back", "image/jpeg")]
    made = sign_on_paper(talking.desk, talking.at, pages=pages, **told)
    assert verify(made.made, [talking.desk.document_chain[1]]).valid
    event = events.of_visit(talking.desk.db, talking.visit)[-1]
    assert event.kind == "agreement_signed"
    assert event.body["signature"] == {"method": "wet_ink", "copies": 2}
    assert [one["slot"] for one in event.files] == ["agreement", "page-1", "page-2"]
    assert "一式两份" in shown.text


def test_not_signing_is_free_and_keeps_its_reason(talking: Walker) -> None:
    offered(talking)
    about = {"case": "case-1", "visit": talking.visit, "checks": {}}
    decline_agreement(talking.desk, talking.at, answer="thinking", reason="family", **about)
    assert read_case(talking.desk, "case-1").visit(talking.visit)["declined"] == "thinking"
