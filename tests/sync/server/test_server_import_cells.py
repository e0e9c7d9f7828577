"""What stands in one cell: sums and their units, days, telephone numbers, as creditors write them."""

from __future__ import annotations

import pytest

from agent_app.domain.errors import BadInput
from sync.server.office import Office
from tests.sync.server.test_server_import import ROW, text
from tests.sync.server.test_server_import_forms import land, read

UNITS = [
    ("（万元）", "", "0.917017", "0.020632", "0", "0.937649"),
    ("(元)", "", "9170.17", "206.32", "0.00", "9,376.49"),
    ("(单位:分)", "", "917017", "20632", "0", "937649"),
    ("", "单位：万元", "0.917017", "0.020632", "0", "0.937649"),
    ("", "", "0.917017万元", "206.32", "0", "0.937649万"),
]


@pytest.mark.parametrize(("heading", "above", "principal", "interest", "fees", "total"), UNITS)
def test_units_are_said_once_and_kept(
    heading: str, above: str, principal: str, interest: str, fees: str, total: str
) -> None:
    sums = {"剩余本金": principal, "利息": interest, "费用": fees, "应还总额": total}
    empty = {
        "授信额度": "",
        "最近还款日": "",
        "最近还款金额": "",
        "近六期账单": "",
        "近六期还款": "",
    }
    content = text(ROW | sums | empty)
    for name in sums:
        content = content.replace(name, name + heading, 1)
    found, faults = read(f"委案清单,{above}\r\n{content}" if above else content)
    assert faults == []
    [row] = found
    assert [row[one] for one in ("principal", "interest", "fees", "total")] == [
        *(917017, 20632, 0, 937649)
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "message"),
    [
        ("(万元)", "1.2万元", "a unit in the cell and another above"),
        ("(分)", "917017元", "a unit in the cell and another above"),
        ("(单位:两)", "9170.17", "a sum in an unknown unit"),
        ("(万元)", "0.9170171", "not an amount"),
        ("", "（9170.17）", "not an amount"),
        ("", "91,70.17", "not an amount"),
        ("", "9.170,17", "not an amount"),
        ("", "-9170.17", "the total is not the sum of its parts"),
        ("", "#REF!", "a spreadsheet's error"),
        ("", "########", "a spreadsheet's error"),
        ("", "=SUM(A1:A2)", "not an amount"),
    ],
)
def test_a_sum_in_doubt_is_refused_by_name(
    office: Office, heading: str, cell: str, message: str
) -> None:
    content = text(ROW | {"剩余本金": cell}).replace("剩余本金", "剩余本金" + heading, 1)
    landed = land(office, content)
    assert landed.counts.total() == 0
    [fault] = landed.faults
    assert (fault.message, fault.row, bool(fault.field), bool(fault.mend)) == (
        message,
        2,
        True,
        True,
    )


DAYS = [
    "2026/11/16", "2026-11-16", "2026.11.16", "20261116", "2026年11月16日", "2026 年 11 月 16 日",
    "115/11/16", "民國115年11月16日", "中華民國 115 年 11 月 16 日", "16-Nov-2026", "Nov 16, 2026",
    "2026-11-16 00:00:00", "2026-11-16T08:30:00.000", "２０２６－１１－１６",
]  # fmt: skip


@pytest.mark.parametrize("written", DAYS)
def test_a_day_in_each_of_its_forms(written: str) -> None:
    found, faults = read(text(ROW | {"委案日": written}))
    assert (faults, found[0]["assigned_on"]) == ([], "2026-11-16")


@pytest.mark.parametrize(
    "written",
    ["11/16/2026", "3/5/2026", "26/11/16", "2026/2/29", "民國115年2月30日", "46342", "下周"],
)
def test_a_day_with_two_readings_or_none_is_refused(written: str) -> None:
    found, [fault] = read(text(ROW | {"委案日": written}))
    assert (found, fault.message, fault.value) == ([], "not a date", written)


PHONES = ["+86 128 5257 3618", "0086-12852573618", "8612852573618", "(+86)12852573618",
          "１２８５２５７３６１８", "12852573618.0"]  # fmt: skip


@pytest.mark.parametrize("written", PHONES)
def test_a_telephone_number_in_each_of_its_forms(written: str) -> None:
    found, faults = read(text(ROW | {"手机号": written}))
    assert (faults, found[0]["phone"]) == ([], "12852573618")


def test_anothers_telephone_is_not_the_debtors() -> None:
    with pytest.raises(BadInput, match="手机号"):
        read(text(ROW).replace("手机号", "手机号（联系人）", 1))
