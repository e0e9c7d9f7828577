"""RFC 8785: its published samples, and agreement with the reference library."""

from __future__ import annotations

import json
import struct

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput
from agent_app.journal import standalone
from agent_app.journal.canonical import canonical, digest

INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    SCALARS | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=30,
)


def double(bits: str) -> float:
    value: float = struct.unpack(">d", bytes.fromhex(bits))[0]
    return value


def test_rfc_8785_section_3_2_2_sample() -> None:
    value = json.loads(
        r"""{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}
        """
    )
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(value) == expected.encode()
    assert standalone.canonical(value) == expected


def test_rfc_8785_section_3_2_3_sorts_utf_16_units() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    names = [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]
    assert list(json.loads(canonical(value)).values()) == names


@pytest.mark.parametrize(
    ("bits", "expected"),
    [  # RFC 8785 appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_rfc_8785_appendix_b_numbers(bits: str, expected: str) -> None:
    assert canonical(double(bits)).decode() == expected
    assert standalone.canonical(double(bits)) == expected


@pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000"])
def test_nan_and_infinity_have_no_form(bits: str) -> None:
    with pytest.raises(BadInput):
        canonical({"n": double(bits)})


@pytest.mark.parametrize("value", [2**53, "\ud800", {1: 2}, {"a": {2**60}}, object()])
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        canonical(value)


@given(VALUES)
@example([0.1 + 0.2, 1e21, 1e-7, 5e-324, 123456789012345680000.0, -0.0, 1.0, 0.000001, 4.35])
@example({"\ufffd": 1, "\U00010000": 2, "é": 3, "e\u0301": 4, "": 5, "\x7f": "\x7f\u2028\x1f/"})
@example([True, 1, 1.0, [[]], {}, -(2**53) + 1, 2**53 - 1, "\U0010ffff"])
def test_all_three_write_what_the_library_writes(value: object) -> None:
    expected = rfc8785.dumps(value)  # type: ignore[arg-type]
    assert canonical(value) == expected
    assert standalone.canonical(value).encode() == expected


@given(st.dictionaries(TEXT, SCALARS), st.randoms(use_true_random=False))
def test_order_of_keys_does_not_matter(value: dict[str, object], shuffle: object) -> None:
    names = list(value)
    shuffle.shuffle(names)  # type: ignore[attr-defined]
    assert digest({name: value[name] for name in names}) == digest(value)
