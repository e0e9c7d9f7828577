from datetime import date, datetime

import pytest

from agent_app.documents import figures


def cny(minor: int) -> dict[str, object]:
    return {"minor": minor, "currency": "CNY"}


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (0, "零元整"), (5, "伍分"), (10, "壹角整"), (105, "壹元零伍分"), (1000, "壹拾元整"),
        (10005, "壹佰元零伍分"), (1_000_000, "壹万元整"), (10_100_000, "壹拾万壹仟元整"),
        (100_010_001, "壹佰万零壹佰元零壹分"), (20_000_000_010, "贰亿元壹角整"),
        (1_391_450, "壹万叁仟玖佰壹拾肆元伍角整"), (-100, "负壹元整"),
    ],
)  # fmt: skip
def test_capital_amounts(minor: int, text: str) -> None:
    assert figures.capital(cny(minor), "zh_CN") == text


def test_amounts_in_each_language() -> None:
    assert figures.money(cny(391_300), "zh_CN") == "人民币3,913.00元"
    assert figures.money(cny(391_300), "en") == "CNY\u00a03,913.00"
    assert figures.capital({"minor": 391_300, "currency": "TWD"}, "zh_TW") == "參仟玖佰壹拾參元整"
    assert figures.amount({"minor": -5, "currency": "JPY"}) == "-5"


def test_days_and_hours() -> None:
    assert figures.long_date("2026-11-22", "zh_CN") == "2026年11月22日"
    assert figures.long_date(date(2026, 11, 2), "en") == "2 November 2026"
    assert figures.short_date(datetime.fromisoformat("2026-11-22T10:00:00+08:00")) == "2026-11-22"
    assert figures.clock("2026-11-22T09:05:00+08:00") == "09:05"
