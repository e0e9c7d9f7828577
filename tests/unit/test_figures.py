from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app import figures

NUMERALS = "零壹贰叁肆伍陆柒捌玖"


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


def test_money_of_other_countries_keeps_every_part() -> None:
    """Three decimals are not cut to two, and yen are not called yuan."""
    dinar = {"minor": 1235, "currency": "KWD"}
    assert figures.capital(dinar, "zh_CN") == "KWD壹元贰角叁分伍厘"
    assert figures.capital({"minor": 1_000_001, "currency": "BHD"}, "zh_CN") == "BHD壹仟元零壹厘"
    assert figures.capital({"minor": 1000, "currency": "JPY"}, "zh_CN") == "日元壹仟元整"
    assert figures.money({"minor": 1000, "currency": "JPY"}, "zh_CN") == "1,000日元"
    assert figures.money({"minor": 123_456, "currency": "USD"}, "zh_TW") == "1,234.56美元"


@pytest.mark.parametrize("minor", [12.5, True, 10**18])
def test_a_sum_that_cannot_be_written_whole_is_refused(minor: float) -> None:
    with pytest.raises(ValueError, match="no "):
        figures.capital({"minor": minor, "currency": "CNY"}, "zh_CN")


@given(st.integers(0, 10**18 - 1))
def test_capitals_read_back_as_the_same_sum(minor: int) -> None:
    """By a reader of its own: each numeral times its place, group by group."""
    whole, _, parts = figures.capital(cny(minor), "zh_CN").strip("整").rpartition("元")
    total = 0
    for mark, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if mark in whole:
            group, _, whole = whole.partition(mark)
            total += worth(group) * size
    assert (total + worth(whole)) * 100 + worth(parts) == minor


def worth(text: str) -> int:
    """A few numerals, each with its place behind it: 叁佰零伍 → 305, 叁角伍分 → 35."""
    places = {"仟": 1000, "佰": 100, "拾": 10, "角": 10}
    pairs = zip(text, f"{text[1:]}分", strict=False)
    return sum(
        NUMERALS.index(one) * places.get(after, 1) for one, after in pairs if one in NUMERALS
    )


def test_days_and_hours() -> None:
    assert figures.long_date("2026-11-22", "zh_CN") == "2026年11月22日"
    assert figures.long_date(date(2026, 11, 2), "en") == "2 November 2026"
    assert figures.short_date(datetime.fromisoformat("2026-11-22T10:00:00+08:00")) == "2026-11-22"
    assert figures.clock("2026-11-22T09:05:00+08:00") == "09:05"
