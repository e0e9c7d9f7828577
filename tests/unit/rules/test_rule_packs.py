"""Packs: what loads, how layers lie, and that every fault is named with its file and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent_app.domain.errors import BadInput
from agent_app.domain.rules import RuleSet
from agent_app.domain.rules.retention import Keeping
from agent_app.packs import load_packs
from tests.support.rule_cases import case, rule, shipped

PACK = """
schema = "rulepack/1"
id = "xx"
version = "2026.11.0"
status = "draft"
tz = "Asia/Tokyo"
title = { zh_CN = "甲", zh_TW = "甲", en = "X" }
[[sources]]
id = "law"
force = "statute"
status = "confirmed"
title = { zh_CN = "法", zh_TW = "法", en = "Law" }
[[sources]]
id = "memory"
force = "statute"
status = "recalled"
title = { zh_CN = "忆", zh_TW = "憶", en = "Memory" }
[[sources]]
id = "bill"
force = "draft"
status = "confirmed"
title = { zh_CN = "草案", zh_TW = "草案", en = "Bill" }
"""
RULE = """
[[rule]]
id = "xx.hours"
kind = "contact_window"
phase = "schedule"
severity = "block"
sources = ["law"]
from = "08:00"
to = "21:00"
text = { zh_CN = "不可", zh_TW = "不得", en = "No" }
"""


def faults(tmp_path: Path, rules: str = RULE, pack: str = PACK) -> list[str]:
    """What loading a pack of these files complains of."""
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "pack.toml").write_text(pack, "utf-8")
    (folder / "rules.toml").write_text(rules, "utf-8")
    try:
        load_packs(tmp_path)
    except BadInput as error:
        return [str(fault) for fault in error.faults]
    return []


def test_a_sound_pack_loads(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('from = "08:00"', 'from = "8am"', "xx/rules.toml:xx.hours → from: is not a time of day"),
        ('from = "08:00"', "", "xx.hours → from: is missing"),
        ('to = "21:00"', 'to = "24:01"', "xx.hours → to: is not a time of day"),
        ('kind = "contact_window"', 'kind = "hours"', "kind: is not one of the known words"),
        ('sources = ["law"]', 'sources = ["other"]', "sources: holds a word that is not known"),
        ('sources = ["law"]', 'sources = ["memory"]', "severity: rests only on recalled sources"),
        ('sources = ["law"]', 'sources = ["bill"]', "draft: rests only on a draft"),
        ('en = "No"', 'en = "No {why}"', "text.en: names an unknown placeholder"),
        (', en = "No"', "", "text.en: is missing"),
        ('phase = "schedule"', 'phase = "schedule"\nform = 1', "form: is not a key known here"),
        ('to = "21:00"', 'to = "21:00"\ncalendar = "xx"', "is not a calendar of this pack"),
        ('to = "21:00"', 'to = "21:00"\nfirst = "2026"', "first: is not a date"),
        (
            'to = "21:00"',
            'to = "21:00"\nwhen = { fact = "moon", eq = 1 }',
            "when → fact: is not a fact known here",
        ),
        (
            "[[rule]]",
            "[[rule]",
            "xx/rules.toml:2: cannot be read from this line on ('[[rule]') → close the brackets",
        ),
        (
            'id = "xx.hours"',
            "id = \u201cxx.hours\u201d",
            "rules.toml:3: cannot be read from this line on ('id = \u201cxx.hours\u201d') → type plain signs",
        ),
        (
            'id = "xx.hours"',
            'id = "xx.hours"\nid = "b"',
            "rules.toml:4: cannot be read from this line on ('id = \"b\"') → this name stands twice",
        ),
        ('to = "21:00"', 'to = "21:00"\nfirst = 2026-13-01', "→ write a day that there is"),
        ('to = "21:00"', 'to = "21:00"\nwhen = "agency"', "when: is not a table ('agency')"),
        (
            'sources = ["law"]',
            'sources = "law"',
            "sources: is not a list ('law') → write [\"law\"]",
        ),
        ('en = "No"', "en = 5", "text.en: is not a text ('5')"),
        (
            'from = "08:00"',
            'form = "08:00"',
            "form: is not a key known here ('08:00') → write \"from\"",
        ),
        ('from = "08:00"', "from = 8", "from: is not a time of day ('8') → write \"08:00\""),
        ('kind = "contact_window"', 'kind = "contact_windows"', 'write "contact_window"'),
        ('from = "08:00"', 'from = "21:00"', "to: is the same as from"),
        (
            'to = "21:00"',
            'to = "21:00"\nfirst = 2026-12-01\nlast = 2026-01-01',
            "last: ends before it begins ('2026-01-01') → give a day from 2026-12-01 on",
        ),
        (
            'from = "08:00"\nto = "21:00"',
            'spans = [{ from = "08:00", to = "12:00" }, { days = ["tue"], from = "11:00", to = "20:00" }]',
            "spans[2]: lies over an earlier span ('tue')",
        ),
        (
            'to = "21:00"',
            'to = "21:00"\nwhen = { fact = "debt.days_overdue", gt = "30" }',
            "when → gt: does not fit debt.days_overdue ('30') → compare a number",
        ),
        (
            'to = "21:00"',
            'to = "21:00"\nwhen = { fact = "creditor.type", in = "bank" }',
            "when → in: does not fit creditor.type ('bank') → give a list",
        ),
        (
            'to = "21:00"',
            'to = "21:00"\nrelax_by = { consent = "contact_times" }',
            "relax_by → consent: is not one of the known words ('contact_times') → write \"contact_time\"",
        ),
        (
            'kind = "contact_window"',
            'kind = "hold"\neffect = "no_visit"\ntrigger = ["dispute_risen"]',
            "trigger: holds a word that is not known ('dispute_risen') → write \"dispute_raised\"",
        ),
        ("[[rule]]", RULE + "[[rule]]", "id: is used twice"),
        ('id = "xx.hours"', 'id = ""', "rule[1] → id: is empty → give a text"),
        (
            'sources = ["law"]',
            "sources = [1.5]",
            "holds what is not a text ('1.5') → write \"1.5\"",
        ),
        ('from = "08:00"', 'from = "08:00\\n"', "from: is not a time of day"),
        (
            'from = "08:00"',
            'from = "24:00"',
            "from: is the end of the day ('24:00') → write \"00:00",
        ),
        (
            'to = "21:00"',
            'to = "21:00"\nplaces = ["home\\u200b"]',
            'places: holds a word with signs nobody sees ("\'home\\\\u200b\'") → type it anew: "home"',
        ),
        (
            'to = "21:00"',
            'to = "21:00"\ncalendar = " cn"',
            "calendar: has signs at its edge or in it that nobody sees (' cn') → type it anew: \"cn\"",
        ),
        (
            'from = "08:00"\nto = "21:00"',
            'effect = "no_visit"\ntrigger = ["dispute_raised"]\nmatch = { reason = [["a"]] }',
            "xx.hours → match.reason: is not a list of words",
        ),
    ],
)
def test_every_fault_names_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    rules = RULE.replace(old, new, 1)
    if "match" in new:
        rules = rules.replace('"contact_window"', '"hold"')
    found = faults(tmp_path, rules=rules)
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'tz = "Asia/Tokyo"',
            'tz = "Tokyo"',
            "is not a time zone ('Tokyo') → write \"Asia/Tokyo\"",
        ),
        ('tz = "Asia/Tokyo"', 'extends = ["xx"]', "extends: extends itself ('xx → xx')"),
        (
            'tz = "Asia/Tokyo"',
            '[[calendars]]\nid = "x"\nsource = "holidays"\ncountry = "JP"\nfirst_year = 2026\n'
            + 'last_year = 2026\ndates = ["2026-01-01"]\n[tz]',
            "dates: is not a date ('2026-01-01')",
        ),
        ('version = "2026.11.0"', 'version = "1"', "version: is not a version"),
        ('version = "2026.11.0"', 'version = ""', "version: is empty"),
        ('id = "xx"', 'id = "yy"', "id: is not the name of its folder"),
        ('status = "draft"', 'status = "approved"', "reviewer: a reviewed pack names its reviewer"),
        ('tz = "Asia/Tokyo"', 'extends = ["zz"]', "extends a pack that is not here"),
        (
            'status = "confirmed"',
            'status = "sure"',
            "sources[1] → status: is not one of the known words",
        ),
        ('id = "memory"', 'id = "law"', "sources: holds two sources of one id"),
        (
            'tz = "Asia/Tokyo"',
            "first = 2027-01-01\nstale_after = 2026-12-31",
            "stale_after: is before the pack begins",
        ),
        (
            'tz = "Asia/Tokyo"',
            'calendars = [{ id = "x", source = "holidays", first_year = 2026, last_year = 2025 }]',
            "last_year: is before first_year",
        ),
        ('tz = "Asia/Tokyo"', 'jurisdiction = "XX"', "nothing keeps the debt from strangers"),
        (
            'id = "law"',
            'id = "law"\nlocator = "第5条"',
            "locator: is not written alike in every language ('第5条') → give locator.zh_CN",
        ),
        ('id = "law"', 'id = "law"\nlocator = { en = "Art. 5" }', "locator.zh_CN: is missing"),
    ],
)
def test_header_faults(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = faults(tmp_path, pack=PACK.replace(old, new, 1))
    assert any(said in fault for fault in found), found


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, rules=RULE.replace("08:00", "x").replace("21:00", "y"))) == 2


def test_minimum_and_maximum_retention_that_collide_are_for_counsel() -> None:
    keep = rule("retention", id="a", record="r", min_months=60)
    drop = rule("retention", id="b", record="r", max_months=36)
    assert RuleSet.of([keep, drop]).retention() == (Keeping("r", 60, 36),)
    assert Keeping("r", 60, 36).conflict
    assert not Keeping("r", 24, 36).conflict


KEPT = """
[[rule]]
id = "{id}.keep"
kind = "retention"
phase = "file"
severity = "block"
sources = ["law"]
record = "recording"
{limit} = 24
text = {{ zh_CN = "存", zh_TW = "存", en = "Kept" }}
"""


def test_two_layers_that_know_nothing_of_each_other_may_still_collide(tmp_path: Path) -> None:
    """A region's longest and a creditor's least, over one country that says neither."""
    above = 'extends = ["xx"]\ntz = "Asia/Tokyo"'
    for id, head, limit in (
        ("aa", 'jurisdiction = "XX-A"', "max_months"), ("bb", 'creditor = "b1"', "min_months"),
    ):  # fmt: skip
        (tmp_path / id).mkdir()
        pack = PACK.replace('"xx"', f'"{id}"').replace('tz = "Asia/Tokyo"', f"{above}\n{head}")
        (tmp_path / id / "pack.toml").write_text(pack, "utf-8")
        rules = KEPT.format(id=id, limit=limit).replace("= 24", "= 60" if id == "bb" else "= 24")
        (tmp_path / id / "rules.toml").write_text(rules, "utf-8")
    found = faults(tmp_path)
    assert [one for one in found if "bb/rules.toml:retention of recording" in one], found


def test_china_keeps_the_longer_of_two_minimums() -> None:
    rules = shipped().rules_for(case("cn"))
    assert Keeping("collection_record", 60, None) in rules.retention()


def test_layers_are_base_country_region_creditor() -> None:
    home = {"id": "h", "kind": "home", "text": "x", "tz": "America/New_York", "region": "US-MA"}
    assert [p.id for p in shipped().for_case(case("cn"))] == ["base", "cn"]
    found = shipped().for_case(case("us", addresses=[home]))
    assert [p.id for p in found] == ["base", "us", "us-ma"]


def test_a_case_of_an_unknown_pack_has_no_rules_and_so_no_answer() -> None:
    with pytest.raises(BadInput):
        shipped().rules_for(case("atlantis"))


def test_the_hash_of_a_pack_changes_with_any_file(tmp_path: Path) -> None:
    faults(tmp_path)
    before = load_packs(tmp_path)["xx"].sha256
    (tmp_path / "xx" / "letters").mkdir()
    (tmp_path / "xx" / "letters" / "a.md").write_text("x", "utf-8")
    after = load_packs(tmp_path)["xx"]
    assert after.sha256 != before
    assert after.files["letters/a.md"] == b"x"


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda file: file.write_bytes("\ufeff".encode() + file.read_bytes()), ""),
        (lambda file: file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n")), ""),
        (lambda file: file.write_bytes(file.read_text("utf-8").encode("gb18030")), "UTF-8"),
        (lambda file: file.write_bytes(file.read_text("utf-8").encode("utf-16")), "UTF-8"),
        (lambda file: file.write_bytes(b"#" * 5_000_000), "is too large ('5 MB')"),
        (lambda file: (file.parent / "a.md").symlink_to("/etc/hostname"), "a.md: is only a link"),
        (lambda file: (file.parent / "x").symlink_to(file.parent), "xx/x: is only a link"),
        (lambda file: (file.parent / "pack.toml").write_bytes(b""), "pack.toml: is empty"),
    ],
)
def test_a_file_as_an_office_program_saves_it_is_read_or_its_mend_is_said(
    tmp_path: Path, write: Callable[[Path], object], said: str
) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "pack.toml").write_text(PACK, "utf-8")
    (folder / "rules.toml").write_text(RULE, "utf-8")
    write(folder / "rules.toml")
    if not said:
        assert [one.id for one in load_packs(tmp_path)["xx"].rules] == ["xx.hours"]
        return
    with pytest.raises(BadInput) as caught:
        load_packs(tmp_path)
    assert [fault for fault in caught.value.faults if said not in str(fault)] == []


def test_the_place_in_a_source_is_told_in_the_readers_language() -> None:
    china = next(pack for pack in shipped() if pack.id == "cn")
    cited = {one.source: one for one in china.header.sources.values()}
    assert cited["nifa18"].locator["zh_CN"] == "第13–21条"
    assert cited["nifa18"].locator["en"] == "Arts. 13–21"
    assert set(cited["gbt"].locator.values()) == {"5.3"}
