from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from agent_app.journal import standalone
from sync import coding, messages
from sync.messages import Problem
from sync.server.evidence import write_bundle
from sync.server.office import Office
from tests.support.journals import Device, Hardware
from tests.support.offices import Clock, FieldDevice, give_cases, real_packs

Enrolled = Callable[..., FieldDevice]


def code(answer: requests.Response) -> str:
    problem = coding.decode(answer.content, Problem)
    return problem.code


def ask(device: FieldDevice, **more: object) -> requests.Response:
    return device.send("POST", "/v1/sync", coding.pack(device.request()), **more)  # type: ignore[arg-type]


def test_a_request_counts_once(enrolled: Enrolled) -> None:
    device = enrolled()
    assert ask(device, nonce="once").status_code == 200
    again = ask(device, nonce="once")
    assert (again.status_code, code(again)) == (401, "replayed")


def _body(request: requests.PreparedRequest) -> None:
    request.body = coding.pack(Problem("x", "y"))
    request.headers["Content-Length"] = str(len(request.body))


def _path(request: requests.PreparedRequest) -> None:
    assert request.url is not None
    request.url += "?all=1"


def _method(request: requests.PreparedRequest) -> None:
    request.method = "PUT"


def _digest(request: requests.PreparedRequest) -> None:
    del request.headers["Content-Digest"]


def _signature(request: requests.PreparedRequest) -> None:
    del request.headers["Signature"]


def _uncovered(request: requests.PreparedRequest) -> None:
    told = request.headers["Signature-Input"]
    request.headers["Signature-Input"] = told.replace('"@authority" ', "")


def _host(request: requests.PreparedRequest) -> None:
    request.headers["Host"] = "elsewhere.example"


@pytest.mark.parametrize(
    "spoil", [_body, _path, _digest, _signature, _uncovered, _host], ids=lambda one: one.__name__
)
def test_a_changed_request_is_not_the_devices(
    enrolled: Enrolled, spoil: Callable[[requests.PreparedRequest], None]
) -> None:
    answer = ask(enrolled(), spoil=spoil)
    assert (answer.status_code, code(answer)) == (401, "bad_signature")


def test_another_method_is_not_served(enrolled: Enrolled) -> None:
    assert ask(enrolled(), spoil=_method).status_code == 405


def test_another_devices_key_does_not_open(enrolled: Enrolled) -> None:
    one, other = enrolled("A1"), enrolled("A2")
    answer = ask(one, key_id=other.journal.name)
    assert (answer.status_code, code(answer)) == (401, "bad_signature")


def test_a_stranger_is_told_so(enrolled: Enrolled) -> None:
    answer = ask(enrolled(), key_id="nobody")
    assert (answer.status_code, code(answer)) == (401, "unknown_device")


@pytest.mark.parametrize("off", [-3600, -121, 121, 3600])
def test_a_wrong_clock_signs_the_servers_nonce(enrolled: Enrolled, clock: Clock, off: int) -> None:
    device, wrong = enrolled(), clock.at + timedelta(seconds=off)
    refused = ask(device, at=wrong)
    assert (refused.status_code, code(refused)) == (401, "clock")
    nonce = refused.headers[messages.NONCE_HEADER]
    assert ask(device, at=wrong, nonce=nonce).status_code == 200
    assert ask(device, at=wrong, nonce=nonce).status_code == 401


def test_nonces_are_forgotten_once_too_old_to_be_replayed(
    office: Office, enrolled: Enrolled, clock: Clock
) -> None:
    device = enrolled()
    for _ in range(3):
        ask(device)
        clock.pass_(minutes=11)
    ask(device)
    with office.db() as db:
        assert db.value("SELECT count(*) FROM nonces") == 1


def test_a_person_gone_takes_the_devices_along(office: Office, enrolled: Enrolled) -> None:
    device = enrolled()
    with office.db() as db, db.writing():
        db.do("UPDATE users SET active = 0 WHERE id = 'A1'")
    assert ask(device).status_code == 401


def test_a_key_of_hardware_enrols_syncs_and_proves(
    office: Office, url: str, tmp_path: Path
) -> None:
    """P-256 all the way: requests, events, the log, a bundle, its own verifier."""
    device = FieldDevice.enrolled(office, url, "A1", "chip", Hardware)
    give_cases(office, "A1", "case-1")
    device.journal.visit()
    answer = device.sync()
    assert device.journal.public.startswith("p256:")
    assert {one.verdict for one in answer.verdicts} == {"applied"}
    write_bundle(office, "visit-1", tmp_path / "visit.bundle", real_packs())
    lines = standalone.check((tmp_path / "visit.bundle").read_bytes())
    assert any(line[0] == "device" and line[1]["key"].startswith("p256:") for line in lines)

    device.journal = Device(device.journal.name)  # a key of the other kind, under its name
    assert ask(device).status_code == 401
