"""The wishes a debtor may state are data: checked at load, worded alike everywhere, keepable."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_app.domain.errors import Fault
from agent_app.domain.model import Case
from agent_app.domain.rules import Findings, State, assess
from agent_app.domain.rules.wishes import asked, read_wishes
from tests.support.rule_cases import ZONES, event, fresh, row, shipped
from tests.support.scripts import source_of

TEXT = {"zh_CN": "只在早上（{hours}）", "zh_TW": "只在早上（{hours}）", "en": "Early ({hours})"}
EARLY = {"code": "early", "text": TEXT, "times": [{"from": "06:00", "to": "09:00"}]}


def faults_of(*rows: dict[str, Any]) -> list[str]:
    faults: list[Fault] = []
    read_wishes({"wish": [dict(one) for one in rows]}, "x/wishes.toml", faults)
    return [f"{one.field}: {one.message}" for one in faults]


def test_a_wish_is_read_with_its_hours_in_its_words() -> None:
    (wish,) = read_wishes({"wish": [EARLY]}, "x/wishes.toml", [])
    assert wish.text["en"] == "Early (06:00–09:00)"
    assert asked([wish]) == {"times": [{"from": "06:00", "to": "09:00"}]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"times": []}, "asks nothing of us"),
        ({"times": [{"from": "9", "to": "12:00"}]}, "from"),
        ({"times": [{"from": "09:00", "to": "09:00"}]}, "is the same as from"),
        ({"times": [{"days": ["someday"], "from": "09:00", "to": "10:00"}]}, "days"),
        ({"times": [{"from": "09:00", "to": "10:00", "form": "x"}]}, "form"),
        ({"blocked_channels": ["pigeon"]}, "blocked_channels"),
        ({"text": TEXT | {"en": "Early {hour}"}}, "placeholder"),
        ({"text": TEXT | {"en": "Early {"}}, "brace"),
        ({"texts": TEXT}, "texts"),
        ({"code": 7}, "code"),
    ],
)
def test_each_fault_of_a_wish_is_told(change: dict[str, Any], said: str) -> None:
    found = faults_of(EARLY | change)
    assert any(said in one for one in found), found


def test_two_wishes_of_one_code_are_a_fault() -> None:
    assert any("used twice" in one for one in faults_of(EARLY, EARLY))


def ask(pack: str, wish: str, now: datetime, act: str = "visit") -> Findings:
    case = Case.read(row(pack))
    wishes = {one.code: one for one in shipped().wishes_for(case)}
    new = {"stated": [wish], **asked([wishes[wish]])}
    body = {"field": "preference", "old": None, "new": new}
    told = [event("contact_changed", now - timedelta(days=1), body, visit=None)]
    return assess(shipped().rules_for(case), case, told, now, act=act, facts=fresh(now))


@pytest.mark.parametrize("pack", sorted(ZONES))
def test_no_hours_are_offered_in_which_nobody_may_come(pack: str) -> None:
    """A working day from the first to the last minute of each wish."""
    case = Case.read(row(pack))
    rules = shipped().rules_for(case)
    day = datetime.fromisoformat("2026-11-25T00:00:00").replace(tzinfo=ZoneInfo(ZONES[pack]))
    for wish in shipped().wishes_for(case):
        for span in wish.times if wish.code != "weekends" else ():
            first, last = (
                day + timedelta(hours=int(span[end][:2]), minutes=int(span[end][3:]))
                for end in ("from", "to")
            )
            for at in (first, last - timedelta(minutes=1)):
                hours = [
                    one.rule
                    for one in assess(rules, case, [], at, facts=fresh(at)).every
                    if one.kind == "contact_window" and one.state > State.warn
                ]
                assert not hours, (pack, wish.code, at)


@pytest.mark.parametrize("pack", ["cn", "in"])
def test_a_country_means_its_own_hours(pack: str) -> None:
    at = datetime.fromisoformat("2026-11-25T18:30:00").replace(tzinfo=ZoneInfo(ZONES[pack]))
    assert ask(pack, "evenings", at).allowed
    assert not ask(pack, "evenings", at - timedelta(hours=1)).allowed
    assert not ask(pack, "letters_only", at, "call").allowed


SPOKEN = {"cn": ("zh_CN", "en"), "tw": ("zh_TW", "en"), "in": ("hi", "en"), "uk": ("en",)}


@pytest.mark.parametrize("pack", sorted(SPOKEN))
def test_the_script_offers_the_hours_that_the_pack_means(pack: str) -> None:
    wishes = {one.code: one for one in shipped().wishes_for(Case.read(row(pack)))}
    offered = source_of(pack)["choices"]["wishes"]
    assert wishes.keys() <= offered.keys()
    for code, wish in wishes.items():
        if "\N{EN DASH}" in wish.text["en"]:
            for language in SPOKEN[pack]:
                assert wish.hours in offered[code][language], (pack, code, language)
