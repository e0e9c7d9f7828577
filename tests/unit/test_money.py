import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput
from agent_app.domain.money import Money, parse_amount, plain_amount

currencies = st.sampled_from(["CNY", "JPY", "KWD", "USD"])


@given(st.integers(-(10**15), 10**15), currencies)
def test_an_amount_written_and_read_again_is_the_same(minor: int, currency: str) -> None:
    assert parse_amount(plain_amount(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("3913.00", 391300),
        ("1,234.5", 123450),
        ("１２３．４５", 12345),
        ("¥12.30元", 1230),
        ("-0.01", -1),
        ("12.3400", 1234),
    ],
)
def test_amounts_as_hand_over_files_write_them(text: str, minor: int) -> None:
    assert parse_amount(text, "CNY") == minor


@pytest.mark.parametrize("text", ["", "壹万元", "1.234", "1e5", "NaN", "12,34.5", "1 2"])
def test_anything_else_is_refused_with_the_mend(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_amount(text, "CNY")
    assert caught.value.faults[0].mend


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Money(1, "CNY") + Money(1, "USD")
