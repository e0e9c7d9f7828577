"""The office's public page: what anyone learns of a paper's seal or a credential, and what not."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from agent_app.domain.languages import LANGUAGES
from agent_app.domain.money import Money
from agent_app.journal import credential, sealcode
from agent_app.journal.sealcode import Seal
from agent_app.journal.signing import signer
from agent_app.wording import Wording
from sync.server import accounts, seals
from sync.server.office import Office
from tests.support.journals import Device
from tests.support.offices import Clock, FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]


def ask(url: str, code: str = "", **more: str) -> str:
    answer = requests.get(f"{url}/check/", params={"code": code, **more}, timeout=10)
    assert answer.status_code == 200
    return answer.text


def letter(device: Device, clock: Clock, **changes: object) -> str:
    seal = Seal(
        kind="letter",
        serial="D2026-L000007",
        issued=clock.at,
        agent="A1",
        principal="江南银行",
        case="case-1",
        sum=Money(391300, "CNY"),
    )
    from dataclasses import replace

    return sealcode.encode(
        replace(seal, **changes),  # type: ignore[arg-type]
        public_key=device.public,
        sign=signer(device.key),
    )


def test_an_empty_page_asks(url: str) -> None:
    text = ask(url)
    assert Wording("zh_CN").say("check.ask") in text
    assert "<section" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_genuine_letter_is_shown_as_sealed(
    enrolled: Enrolled, url: str, clock: Clock, language: str
) -> None:
    text = ask(url, letter(enrolled().journal, clock), lang=language)
    words = Wording(language)
    assert words.say("check.genuine") in text
    assert words.say("check.paper_remark") in text
    for shown in ("D2026-L000007", "江南银行", "3,913.00", "2026-11-23 10:00"):
        assert shown in text


def test_every_damage_has_its_name(
    enrolled: Enrolled, office: Office, url: str, clock: Clock
) -> None:
    device = enrolled()
    words = Wording("zh_CN")
    text = letter(device.journal, clock)
    other = letter(device.journal, clock, sum=Money(1, "CNY"))
    swapped = text[:60] + other[60:]
    assert words.say("check.genuine") not in ask(url, swapped)
    assert words.say("check.foreign") in ask(url, letter(Device("stranger"), clock))
    assert words.say("check.unreadable") in ask(url, "DS1:QQQ")
    code = sealcode.short_code(text)
    assert words.say("check.unknown") in ask(url, code)
    assert words.say("check.mistyped") in ask(url, "0" + code[2] + code[2:])
    assert words.say("check.early") in ask(
        url, letter(device.journal, clock, issued=clock.at + timedelta(days=1))
    )
    late = letter(device.journal, clock, until=clock.at + timedelta(hours=1))
    clock.pass_(hours=2)
    assert words.say("check.expired") in ask(url, late)
    with office.db() as db, db.writing():
        accounts.revoke_device(office, db, device.journal.name, wipe=False)
    clock.pass_(hours=1)
    page = ask(url, letter(device.journal, clock))
    assert words.say("check.revoked") in page
    assert "2026-11-23 12:00" in page
    assert words.say("check.unrecorded") in ask(url, text)
    with office.db() as db, db.writing():
        seals.keep(db, text, "its event")
    assert words.say("check.genuine") in ask(url, text)
    assert words.say("check.differs") in ask(url, text, sum="39130")


def test_a_code_below_the_qr_finds_the_seal(
    office: Office, enrolled: Enrolled, url: str, clock: Clock
) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled()
    seal = letter(device.journal, clock)
    body = {"serial": "D2026-L000007", "template": "t", "document": "0" * 64, "seal": seal}
    device.journal.record("letter_printed", body, visit=None)
    device.sync()
    typed = sealcode.short_code(seal).lower().replace("-", " ")
    assert Wording("zh_CN").say("check.genuine") in ask(url, typed)


def test_an_agents_credential_says_nothing_of_a_debt(
    office: Office, enrolled: Enrolled, url: str, clock: Clock
) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled()
    text = credential.issue(
        name="王芳",
        badge="A1",
        principal="和顺服务",
        appointment="1123-07",
        at=clock.at,
        until=clock.at + timedelta(hours=8),
        public_key=device.journal.public,
        sign=signer(device.journal.key),
    )
    page = ask(url, text, lang="en")
    for shown in ("Genuine", "王芳 A1", "和顺服务", "1123-07"):
        assert shown in page
    for hidden in ("case-1", "CNY", "张伟", "debt"):
        assert hidden not in page


def test_a_credential_is_found_by_its_typed_code(
    office: Office, enrolled: Enrolled, url: str, clock: Clock
) -> None:
    """The debtor has no camera: the code is typed, once the agent's device has told the office."""
    give_cases(office, "A1", "case-1")
    device = enrolled()
    text = credential.issue(
        name="王芳", badge="A1", principal="和顺服务", appointment="1123-07", at=clock.at,
        until=clock.at + timedelta(hours=8), public_key=device.journal.public,
        sign=signer(device.journal.key),
    )  # fmt: skip
    code, words = sealcode.short_code(text), Wording("zh_CN")
    assert words.say("check.unknown") in ask(url, code)
    device.journal.record("credential_shown", {"seal": text})
    device.sync()
    assert words.say("check.genuine") in ask(url, code)
    assert words.say("check.genuine") in ask(url, sealcode.link(f"{url}/check/?code=", text))
    with office.db() as db, db.writing():
        accounts.revoke_device(office, db, device.journal.name, wipe=False)
    page = ask(url, code)
    assert words.say("check.revoked") in page
    assert words.say("check.revoked_credential_advice") in page
    assert words.say("check.genuine") not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_altered_sum_on_the_paper_is_named(
    enrolled: Enrolled, url: str, clock: Clock, language: str
) -> None:
    seal, words = letter(enrolled().journal, clock), Wording(language)
    page = ask(url, seal, lang=language, sum="39,130.00", serial="D2026-L000007")
    assert words.say("check.differs") in page
    assert f"<b>{words.say('check.sum')}</b>: <del>39,130.00</del> ≠ <ins>" in page
    assert page.count("≠") == 1
    page = ask(url, seal, lang=language, sum="3,913.00", issued="2026-11-23", agent="A1")
    assert words.say("check.agrees", n=3) in page


def test_a_code_on_a_paper_that_demands_a_sum_it_does_not_hold(
    enrolled: Enrolled, url: str, clock: Clock
) -> None:
    seal, words = letter(enrolled().journal, clock, sum=None), Wording("en")
    assert words.say("check.no_sum") in ask(url, seal, lang="en")
    assert words.say("check.differs") in ask(url, seal, lang="en", sum="5,000.00")


def test_another_language_keeps_the_answer(enrolled: Enrolled, url: str, clock: Clock) -> None:
    link = sealcode.link(f"{url}/check/?code=", letter(enrolled().journal, clock))
    page = requests.get(link, headers={"accept-language": "zh-CN"}, timeout=10).text
    (other,) = re.findall(r'href="([^"]+)" hreflang="en"', page)
    page = requests.get(f"{url}/check/{html.unescape(other)}", timeout=10).text
    assert Wording("en").say("check.genuine") in page


def test_who_asks_too_often_is_told_in_words_and_learns_nothing(
    enrolled: Enrolled, url: str, clock: Clock
) -> None:
    seal = letter(enrolled().journal, clock)
    for _ in range(60):
        requests.get(f"{url}/check/log", timeout=10)
    page = requests.get(f"{url}/check/", params={"code": seal, "lang": "en"}, timeout=10)
    assert (page.status_code, page.headers["retry-after"]) == (429, "60")
    assert Wording("en").say("check.busy") in page.text
    assert "江南银行" not in page.text
    paper = requests.get(f"{url}/paper/x?lang=en", timeout=10)
    assert (paper.status_code, Wording("en").say("pickup.busy") in paper.text) == (429, True)
    clock.pass_(minutes=1)
    assert "江南银行" in ask(url, seal)


@pytest.mark.parametrize(
    "code", ["<script>alert(1)</script>", "DS1:<b>", "{{191*7}}", "'\"><img src=x>", "x" * 10_000]
)
def test_what_is_typed_is_never_run(url: str, code: str) -> None:
    answer = requests.get(f"{url}/check/", params={"code": code}, timeout=10)
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert "1337" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "lang"),
    [("zh-TW,zh;q=0.8", "zh-TW"), ("en-GB", "en"), ("fr, zh-Hans;q=0.5", "zh-CN"), ("", "zh-CN")],
)
def test_the_page_speaks_the_browsers_language(url: str, asked: str, lang: str) -> None:
    answer = requests.get(f"{url}/check/", headers={"accept-language": asked}, timeout=10)
    assert f'<html lang="{lang}">' in answer.text
