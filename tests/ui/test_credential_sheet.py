"""The agent's credential at the door: scanned as a phone would, it says who, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy
import zxingcpp
from PySide6.QtGui import QImage

from agent_app.actions.appointments import notify_appointment
from agent_app.actions.credentials import issue_credential
from agent_app.domain.moment import Moment
from agent_app.journal import sealcode
from agent_app.store import events
from tests.support.desks import MORNING
from tests.ui.hand import Hand
from tests.ui.test_visit_page import to_the_door
from ui.viewmodels.office import Office

URL = "https://office.example/check/?code="


def scanned(hand: Hand, name: str) -> str:
    """What a camera reads from the widget."""
    seen = hand.find(name).grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    bits = numpy.frombuffer(bytes(seen.constBits()), dtype=numpy.uint8)
    found = zxingcpp.read_barcode(bits.reshape(seen.height(), seen.bytesPerLine()))
    assert found is not None
    return found.text


def test_whoever_opens_scans_who_is_there_and_reads_no_debt(hand: Hand) -> None:
    to_the_door(hand)
    hand.press("credential-show")
    seal = sealcode.decode(scanned(hand, "credential-qr"))
    assert seal.kind == "credential"
    assert seal.agent.startswith("wang")
    assert seal.principal == "和顺服务"
    assert (seal.case, seal.sum, seal.document.strip("0")) == ("", None, "")
    assert seal.until is not None
    assert seal.until.astimezone(MORNING.wall.tzinfo).date() == MORNING.wall.date()


def told(office: Office, org: Mapping[str, Any], at: Moment, visit: str = "0190-aabbccdd") -> Any:
    desk = replace(office.desk, told={**office.desk.told, "org": dict(org)})
    about = {"case": "case-1", "visit": visit}
    found: list[Any] = []
    office.jobs.store(lambda: issue_credential(desk, at, **about).made, done=found.append)
    return found


def test_the_link_is_the_offices_check_page_with_the_whole_seal(qtbot: Any, office: Office) -> None:
    org = {"agency": {"name": "和顺服务"}, "check_url": URL}
    found, again, later = (
        told(office, org, at) for at in (MORNING, MORNING, MORNING.later(minutes=1440))
    )
    qtbot.waitUntil(lambda: bool(later), timeout=10_000)
    made = found[0]
    assert made.link.startswith(URL)
    assert made.link.removeprefix(URL).replace("-", "").isalnum()
    assert sealcode.scanned(made.link) == made.seal
    assert sealcode.decode(made.seal).serial == "AABBCCDD"
    assert (made.agency, made.code) == ("和顺服务", sealcode.short_code(made.seal))
    assert again[0] == made
    assert later[0].seal != made.seal
    office.jobs.act(
        notify_appointment, office.desk, MORNING, case="case-1", channel="call",
        on=MORNING.wall + timedelta(hours=4), purpose="x",
    )  # fmt: skip
    agreed = told(office, org, MORNING, visit="0190-eeff0011")
    qtbot.waitUntil(lambda: bool(agreed), timeout=10_000)
    assert sealcode.decode(agreed[0].seal).serial == "2026-11-23 14:00"
    kept: list[Any] = []
    office.jobs.store(lambda: events.of_kind(office.desk.db, "credential_shown"), done=kept.extend)
    qtbot.waitUntil(lambda: bool(kept), timeout=10_000)
    assert [one.body["seal"] for one in kept] == [made.seal, later[0].seal, agreed[0].seal]
