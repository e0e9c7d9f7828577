from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput
from agent_app.domain.model import Case
from sync.server.imports.apart import Limits, read_apart, why_none
from sync.server.imports.cells import Unreadable, clean
from sync.server.imports.load import Landed, load_file
from sync.server.imports.mapping import load, load_all
from sync.server.imports.table import read_tables
from sync.server.office import Office
from tests.support.offices import RESOURCES

MAPPINGS = load_all(RESOURCES / "mappings")
SHARED = Path(__file__).parents[4] / "shared" / "data" / "core-system-export.gb18030.csv"
ROW = {
    "案件编号": "C1",
    "委托方": "珠江示范小额贷款有限公司",
    "产品": "网络小贷",
    "客户姓名": "陈静",
    "证件号码": "990000198103214198",
    "手机号": "12852573618",
    "性别": "女",
    "年龄": "45",
    "居住地址": "广东省广州市天河区林和街道麦浪路208号",
    "单位": "",
    "币种": "CNY",
    "授信额度": "10000",
    "剩余本金": "9170.17",
    "利息": "206.32",
    "费用": "0.00",
    "应还总额": "9376.49",
    "逾期天数": "45",
    "逾期阶段": "M2",
    "最近还款日": "2026/09/09",
    "最近还款金额": "490",
    "近六期账单": "9170|9660|10150|10640|11130|11620",
    "近六期还款": "0|490|490|490|490|-12.50",
    "机构": "一组",
    "组长工号": "L2",
    "外访员工号": "A11",
    "搭档工号": "A12",
    "委案日": "2026/11/16",
    "退案日": "2026/12/31",
    "前期催收": "短信2次 电话1次 承诺未兑现",
    "备注": "",
}


def text(*rows: dict[str, str], header: Iterable[str] = ROW) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(header), extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def land(office: Office, content: str | bytes, encoding: str | None = None) -> Landed:
    raw = content.encode() if isinstance(content, str) else content
    return load_file(office, raw, "file.csv", MAPPINGS, encoding=encoding, reader=read_tables)


def case(office: Office, name: str = "C1") -> dict[str, Any]:
    with office.db() as db:
        return dict(json.loads(db.value("SELECT body FROM cases WHERE id = ?", name)))


def test_a_row_becomes_a_case(office: Office) -> None:
    assert land(office, text(ROW)).counts == {"new": 1}
    found = case(office)
    Case.read(found)
    assert found["balance"] | {"credit_limit": 0} == {
        "principal": 917017, "interest": 20632, "fees": 0, "total": 937649,
        "currency": "CNY", "as_of": "2026-11-16", "credit_limit": 0,
    }  # fmt: skip
    assert found["overdue_since"] == "2026-10-02"
    assert found["history"][0] == {"month": "2026-10", "bill": 917000, "paid": 0}
    assert found["history"][5] == {"month": "2026-05", "bill": 1162000, "paid": -1250}
    assert [(one["channel"], one["result"]) for one in found["contacts"]] == [
        ("sms", "overdue_notice"), ("sms", "overdue_notice"), ("call", "promise_broken")
    ]  # fmt: skip
    assert found["addresses"][0]["region"] == "CN-GD"
    assert found["payment_channel"]["account"]
    assert found["crew"]["agents"] == ["A11", "A12"]
    assert {one["user"] for one in found["crew"]["credentials"]} == {"A11", "A12"}


def test_a_mapping_without_a_time_zone_takes_it_from_where_the_door_is(office: Office) -> None:
    anywhere = [replace(one, case={**one.case, "tz": ""}) for one in MAPPINGS]
    there = ROW | {"经度": "-71.0600", "纬度": "42.3600", "坐标系": "WGS-84"}
    landed = load_file(
        office, text(there, header=there).encode(), "file.csv", anywhere, reader=read_tables
    )
    assert landed.counts == {"new": 1}
    assert case(office)["addresses"][0]["tz"] == "America/New_York"
    nowhere = ROW | {"案件编号": "C2"}
    load_file(office, text(nowhere).encode(), "file.csv", anywhere, reader=read_tables)
    [home] = case(office, "C2")["addresses"]
    assert (home["region"], home["tz"]) == ("CN-GD", "Asia/Shanghai")


def test_the_case_never_says_what_identity_checks_ask(office: Office) -> None:
    """Else the agent could type the answers without the debtor."""
    land(office, text(ROW))
    found = case(office)
    checks = {one["field"]: one for one in found["checks"]}
    assert checks.keys() == {"id_last4", "birth_month", "phone_last4"}
    text_ = json.dumps(found)
    assert "4198" not in text_
    assert "198103" not in text_


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-32"]
)
def test_every_encoding_lands_the_same(office: Office, encoding: str) -> None:
    row = ROW | {"客户姓名": "𠮷田㐂䶮"}
    raw = (
        b"\xff\xfe" + text(row).encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else text(row).encode(encoding)
    )
    assert land(office, raw).faults == []
    assert case(office)["debtor"]["name"] == "𠮷田㐂䶮"


@pytest.mark.parametrize("encoding", ["big5", "euc-jp", "latin-1"])
def test_another_encoding_is_asked_for(office: Office, encoding: str) -> None:
    """Big5 decodes as GB18030 without error into other words; the header tells."""
    raw = text(ROW).encode(encoding, errors="replace")
    with pytest.raises(BadInput):
        land(office, raw)
    with office.db() as db:
        assert db.value("SELECT count(*) FROM cases") == 0


def test_a_person_may_say_the_encoding(office: Office) -> None:
    header = "姓名,案號\n".encode("big5")
    with pytest.raises(BadInput):
        land(office, header, "big5")
    with pytest.raises(BadInput, match="encoding"):
        land(office, b"", "no-such")
    assert land(office, text(ROW).encode("gbk"), "gbk").counts == {"new": 1}


def test_the_same_file_twice_changes_nothing(office: Office) -> None:
    land(office, text(ROW))
    with office.db() as db:
        before = db.rows("SELECT id, body, position FROM cases"), db.rows("SELECT * FROM grants")
    assert land(office, text(ROW)).counts == {"same": 1}
    with office.db() as db:
        after = db.rows("SELECT id, body, position FROM cases"), db.rows("SELECT * FROM grants")
    assert before == after


BAD = [
    ("案件编号", "", "empty"),
    ("案件编号", "C 1", "not a number or code"),
    ("剩余本金", "abc", "not an amount"),
    ("剩余本金", "-1", "the total is not the sum of its parts"),
    ("剩余本金", "1e308", "not an amount"),
    ("剩余本金", "NaN", "not an amount"),
    ("剩余本金", "壹万元", "not an amount"),
    ("剩余本金", "9170.175", "not an amount"),
    ("应还总额", "937649", "the total is not the sum of its parts"),
    ("委案日", "2026/02/30", "not a date"),
    ("委案日", "2024年2月30日", "not a date"),
    ("委案日", "45612", "not a date"),
    ("退案日", "2026/11/15", "returned before it was assigned"),
    ("证件号码", "9.90000198E+17", "a spreadsheet turned this into a number"),
    ("证件号码", "990000180003214198", "not an identity number"),
    ("证件号码", "99000019810321419", "not an identity number"),
    ("手机号", "1285257361", "not a mobile number"),
    ("性别", "x", "not a known word"),
    ("币种", "元", "not a currency"),
    ("年龄", "-3", "not a whole number"),
    ("逾期天数", str(2**63), "not a whole number"),
    ("近六期账单", "1|2|3", "bills and payments differ in number"),
    ("近六期账单", "1|x|3|4|5|6", "not an amount"),
    ("最近还款日", "", "a payment without its date, or the reverse"),
    ("前期催收", "飞鸽3次", "not a known word"),
    ("前期催收", "短信999999次", "an unlikely count"),
    ("客户姓名", "陈\u202e静", "a hidden character U+202E"),
    ("客户姓名", "陈\x00静", "a hidden character U+0000"),
    ("备注", "长" * 5000, "too long"),
]


@pytest.mark.parametrize(("column", "value", "message"), BAD)
def test_a_bad_cell_is_named_and_the_rest_lands(
    office: Office, column: str, value: str, message: str
) -> None:
    landed = land(office, text(ROW | {column: value}, ROW | {"案件编号": "C2"}))
    assert landed.counts == {"new": 1}
    (fault,) = landed.faults
    assert (fault.message, fault.row, fault.file) == (message, 2, "file.csv")
    assert fault.mend
    with office.db() as db:
        assert [row["id"] for row in db.rows("SELECT id FROM cases")] == ["C2"]


GOOD = [
    ("剩余本金", "9,170.17"), ("剩余本金", "９１７０．１７"), ("剩余本金", "9170.17元"),
    ("剩余本金", "￥9170.17"), ("剩余本金", "\u00a09170.17 "), ("委案日", "2026-11-16"),
    ("委案日", "2026年11月16日"), ("委案日", "２０２６／１１／１６"), ("手机号", "+86 128 5257 3618"),
    ("手机号", "128-5257-3618"), ("证件号码", "99000019810321419x"), ("币种", "cny"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), GOOD)
def test_cells_people_write_are_read(office: Office, column: str, value: str) -> None:
    assert land(office, text(ROW | {column: value})).faults == []
    assert case(office)["balance"]["principal"] == 917017


def test_a_case_twice_in_a_file_lands_once(office: Office) -> None:
    landed = land(office, text(ROW, ROW | {"备注": "第二次"}))
    assert landed.counts == {"new": 1}
    assert landed.faults[0].mend.endswith("row 2")
    assert case(office)["note"] == ""


@pytest.mark.parametrize(
    "value", ["=HYPERLINK(1)", "@SUM(1)", "+1+1", "-2+3", "＝1+1", "=cmd|' /C calc'!A0"]
)
def test_a_formula_is_text(office: Office, value: str) -> None:
    assert land(office, text(ROW | {"备注": value})).faults == []
    assert case(office)["note"] == value


def test_columns_may_stand_in_any_order_with_strangers_between(office: Office) -> None:
    header = ["别的", *reversed(list(ROW))]
    assert land(office, text(ROW | {"别的": "x"}, header=header)).counts == {"new": 1}


def test_a_missing_or_doubled_column_is_named(office: Office) -> None:
    header = [name for name in ROW if name != "手机号"]
    with pytest.raises(BadInput) as missing:
        land(office, text(ROW, header=header))
    assert [fault.field for fault in missing.value.faults] == ["手机号"]
    doubled = text(ROW).replace("备注", "手机号", 1)
    with pytest.raises(BadInput):
        land(office, doubled)


@pytest.mark.parametrize("content", [b"", b"\n", b"a,b\n1,2\n", b"\x00" * 100, bytes(range(256))])
def test_what_is_no_hand_over_file_is_refused(office: Office, content: bytes) -> None:
    with pytest.raises(BadInput):
        land(office, content)


def test_only_a_header_is_an_empty_file(office: Office) -> None:
    assert land(office, text()).counts.total() == 0


def test_an_open_quotation_mark_is_refused_whole(office: Office) -> None:
    with pytest.raises(BadInput, match="quotation"):
        land(office, text(ROW) + '"C3,x\n')


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_are_all_one(office: Office, ending: str) -> None:
    content = text(ROW).replace("\r\n", ending)
    assert land(office, content).counts == {"new": 1}


def test_a_cell_too_many_is_named(office: Office) -> None:
    landed = land(office, text(ROW).rstrip() + ",x\n")
    assert landed.faults[0].message == "more cells than columns"


def workbook(*rows: dict[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(ROW))
    for row in rows:
        sheet.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_lands_like_csv(office: Office) -> None:
    assert land(office, workbook(ROW)).counts == {"new": 1}
    assert case(office)["balance"]["total"] == 937649


def test_a_workbooks_numbers_are_read_as_shown(office: Office) -> None:
    row = dict(ROW) | {"剩余本金": 9170.17, "年龄": 45.0, "逾期天数": 45}
    assert land(office, workbook(row)).faults == []


def test_an_id_kept_as_a_number_is_refused(office: Office) -> None:
    landed = land(office, workbook(dict(ROW) | {"证件号码": 9.90000198103214e17}))
    assert [fault.field for fault in landed.faults] == ["证件号码"]


def test_a_workbook_that_unpacks_too_large_is_refused(office: Office) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(BadInput, match="too large"):
        land(office, out.getvalue())


def test_a_table_read_apart_is_the_same(tmp_path: Path) -> None:
    numbers = dict(ROW) | {"手机号": 12852573618, "剩余本金": 9170.17, "委案日": 46342}
    for content, name in ((text(ROW).encode("gb18030"), "a.csv"), (workbook(numbers), "a.xlsx")):
        assert read_apart(content, name, MAPPINGS) == read_tables(content, name, MAPPINGS)
    with pytest.raises(BadInput) as told:
        read_apart(b"a,b\n1,2\n", "none.csv", MAPPINGS)
    assert "not a table" in str(told.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [(3, "more than it may"), (-9, "more than it may"), (-11, "reader broke"), (1, "reader broke")],
)
def test_a_crash_is_told_from_a_limit(code: int, words: str) -> None:
    assert words in why_none(code, "a.xlsx").message


@pytest.mark.skipif(sys.platform == "win32", reason="no limits to set")
def test_who_reads_a_strangers_file_can_open_nothing(tmp_path: Path) -> None:
    tried = (
        "import socket, sys; from sync.server.imports.apart import Limits, confine\n"
        "confine(Limits())\n"
        "for open_it in (socket.socket, lambda: open(sys.argv[1])):\n"
        "    try: open_it()\n"
        "    except OSError: print('shut')\n"
    )
    (tmp_path / "secret").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", tried, str(tmp_path / "secret")], capture_output=True, check=True
    )
    assert done.stdout.split() == [b"shut", b"shut"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits to set")
@pytest.mark.parametrize("limits", [Limits(memory=1 << 20), Limits(seconds=0)])
def test_a_file_that_takes_too_much_ends_only_its_own_process(limits: Limits) -> None:
    with pytest.raises(BadInput) as told:
        read_apart(text(*[ROW] * 2000).encode(), "large.csv", MAPPINGS, limits=limits)
    assert "more than it may" in str(told.value)


def test_a_creditor_not_in_the_office_file_still_lands(office: Office) -> None:
    land(office, text(ROW | {"委托方": "新委托方"}))
    found = case(office)
    assert (found["creditor"]["name"], found["creditor"]["type"]) == ("新委托方", "micro_loan")


def test_a_mapping_with_faults_names_them(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('id = "m"\n[columns]\n"a" = { to = "case", kind = "magic" }\n', "utf-8")
    with pytest.raises(BadInput) as bad:
        load(path)
    assert any(fault.value == "magic" for fault in bad.value.faults)
    assert any(fault.field == "agent" for fault in bad.value.faults)


@given(st.text())
def test_cleaning_never_lets_a_control_through(cell: str) -> None:
    try:
        found = clean(cell)
    except Unreadable:
        return
    assert "\x00" not in found
    assert not any(0xD800 <= ord(sign) < 0xE000 for sign in found)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared hand-over file is not here")
def test_the_real_hand_over_file_lands_whole_and_once(office: Office) -> None:
    content = SHARED.read_bytes()
    landed = load_file(office, content, SHARED.name, MAPPINGS)
    assert (landed.counts["new"], landed.faults) == (5129, [])
    with office.db() as db:
        before = db.rows("SELECT body, position FROM cases")
        mine = db.rows("SELECT body FROM cases WHERE agent = 'A011'")
        Case.read(json.loads(mine[0]["body"]))
        assert len(mine) == 127
        assert {json.loads(row["body"])["balance"]["currency"] for row in mine} == {"TWD"}
    again = load_file(office, content, SHARED.name, MAPPINGS, reader=read_tables)
    assert again.counts == {"same": 5129}
    with office.db() as db:
        assert db.rows("SELECT body, position FROM cases") == before
