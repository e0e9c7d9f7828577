from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.vault.passphrase import faults


@pytest.mark.parametrize(
    "phrase",
    [
        "青山不改绿水长流",
        "correct horse battery",
        "Tr0ub4dor&3x",
        "一二三四五六七八 去爬山",
        "我家的猫爱吃鱼",
    ],
)
def test_good_ones_pass(phrase: str) -> None:
    assert faults(phrase, "A011") == []


@pytest.mark.parametrize(
    ("phrase", "lacking"),
    [
        ("", "short"),
        ("123456", "short"),
        ("青山绿水", "short"),
        ("1234567890", "few_kinds"),
        ("aaaaaaaaaaaa", "few_kinds"),
        ("abcdefghijkl", "few_kinds"),
        ("password1!", "common"),
        ("上门通上门通abc", "common"),
        ("A011-secret", "name"),
    ],
)
def test_weak_ones_are_named(phrase: str, lacking: str) -> None:
    assert lacking in faults(phrase, "A011")


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(phrase: str) -> None:
    assert set(faults(phrase)) <= {"short", "few_kinds", "common", "name"}
    if len(phrase) < 5:
        assert faults(phrase)
