"""What packs, creditors and cases allow of plans: read with every fault named, only ever tighter."""

from typing import Any

import pytest

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.policy import KINDS, Policy, policy_of, read_limits

DEFAULT = Policy(60, 1000)


def read(data: Any) -> tuple[Any, list[Fault]]:
    faults: list[Fault] = []
    return read_limits(data, "cn/plan.toml", faults), faults


def test_every_layer_only_tightens() -> None:
    country = {"max_months": 60, "min_instalment": 5000, "rate_bp": 600, "max_discount_bp": 3000}
    creditor = {"max_months": 72, "min_instalment": 9000, "rate_bp": 900, "kinds": KINDS[:2]}
    case = {"max_months": 48, "max_discount_bp": 9000, "min_instalment": 1, "kinds": ["equal"]}
    made = policy_of([country, creditor], case, "case-1", DEFAULT)
    assert (made.max_months, made.min_instalment, made.rate_bp) == (48, 9000, 600)
    assert (made.max_discount_bp, made.kinds) == (3000, ("equal",))
    assert policy_of([], None, "case-1", DEFAULT) == DEFAULT


def test_a_product_has_its_own_table() -> None:
    limits, faults = read({"max_months": 60, "product": {"micro_loan": {"max_months": 36}}})
    assert faults == []
    assert limits == {"": {"max_months": 60}, "micro_loan": {"max_months": 36}}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"max_month": 60}, "max_month"),
        ({"max_months": 0}, "max_months"),
        ({"max_months": "60"}, "max_months"),
        ({"rounding": 0}, "rounding"),
        ({"waives_bp": 10_001}, "waives_bp"),
        ({"kinds": ["equal", "gift"]}, "kinds"),
        ({"product": {"mortgage": {}}}, "product.mortgage"),
        ({"product": {"other": {"rate_bp": -1}}}, "product → other → rate_bp"),
    ],
)
def test_each_fault_names_file_and_key(data: dict[str, Any], field: str) -> None:
    _, faults = read(data)
    assert {(one.file, one.field) for one in faults} == {("cn/plan.toml", field)}


def test_a_faulty_row_names_its_case() -> None:
    with pytest.raises(BadInput) as caught:
        policy_of([], {"max_months": -1}, "case-7", DEFAULT)
    assert [(one.file, one.field) for one in caught.value.faults] == [
        ("case-7", "policy → max_months")
    ]
