"""What rule packs and creditors allow of a plan: data, layer over layer, each only tighter.

A pack says it in `plan.toml`, for every product or under `[product.KIND]` for one; a case's own
`policy` comes last. Of two limits the tighter holds: the shorter term, the smaller discount, the
larger least payment, the lower interest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.rules.reading import Table

KINDS = ("equal", "equal_principal", "step_up", "deferral", "lump_sum", "early")
"""Equal instalments; equal principal; rising thirds; a pause first; a discount at once; settling
now with part of interest and fees waived."""
PRODUCTS = ("credit_card", "online_consumer", "micro_loan", "other")
FULL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Policy:
    """The bounds of rule pack and creditor: nobody here may go beyond them.

    Sums are minor units, `_bp` hundredths of a per cent. `waives_bp`: of interest and fees, on
    early settlement; `fees_waived_bp`: of fees, in every plan. `rate_bp`: yearly interest that
    keeps running on principal, 0 where it is frozen. `rounding`: instalments are multiples of it.
    """

    max_months: int
    max_discount_bp: int = 0
    min_instalment: int = 1
    min_first: int = 0
    max_pause_months: int = 0
    waives_bp: int = 0
    fees_waived_bp: int = 0
    rate_bp: int = 0
    rounding: int = 1
    min_lead_days: int = 1
    max_first_days: int = 45
    kinds: tuple[str, ...] = KINDS

    def tightened(self, max_months: int | None) -> Policy:
        """With a rule's limit on months beside the creditor's."""
        return (
            self
            if max_months is None
            else replace(self, max_months=min(self.max_months, max_months))
        )


Limits = Mapping[str, int | tuple[str, ...]]
"""Some of a Policy's fields."""
_SMALLER = frozenset(
    {"max_months", "max_discount_bp", "max_pause_months", "waives_bp", "fees_waived_bp", "rate_bp",
     "max_first_days"}
)  # fmt: skip
_LARGER = frozenset({"min_instalment", "min_first", "rounding", "min_lead_days"})
_LEAST = {"max_months": 1, "min_instalment": 1, "rounding": 1, "max_first_days": 1}


def read_limits(data: object, file: str, faults: list[Fault]) -> Mapping[str, Limits]:
    """The tables of `plan.toml`: "" for every product, then each product's own."""
    whole = Table(data if isinstance(data, Mapping) else {}, file, "", faults)
    products = whole.table("product")
    found = {"": _limits(whole, "product")}
    for name in products.data if products else ():
        assert products is not None
        table = products.table(name)
        if name not in PRODUCTS:
            whole.fault(f"product.{name}", "is no product", "use " + ", ".join(PRODUCTS))
        elif table is not None:
            found[name] = _limits(table)
    return found


def policy_of(layers: Iterable[Limits], case: object, case_id: str, default: Policy) -> Policy:
    """The tightest of every layer and of what the case's row says.

    `default` is what holds where nobody says anything. Raises BadInput for a faulty row.
    """
    faults: list[Fault] = []
    whole = Table(case if isinstance(case, Mapping) else {}, case_id, "policy", faults)
    own = _limits(whole)
    if faults:
        raise BadInput(faults)
    said: dict[str, Any] = {}
    for layer in (*layers, own):
        for key, value in layer.items():
            said[key] = _tighter(key, said[key], value) if key in said else value
    return replace(default, **said)


def _tighter(
    key: str, one: int | tuple[str, ...], other: int | tuple[str, ...]
) -> int | tuple[str, ...]:
    if isinstance(one, int) and isinstance(other, int):
        return min(one, other) if key in _SMALLER else max(one, other)
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return tuple(kind for kind in one if kind in other)


def _limits(table: Table, *beside: str) -> Limits:
    found: dict[str, int | tuple[str, ...]] = {}
    for key in sorted(_SMALLER | _LARGER):
        value = table.optional_number(key, least=_LEAST.get(key, 0))
        if value is None:
            continue
        found[key] = value
        if key.endswith("_bp") and value > FULL_BP:
            table.fault(key, "is more than the whole", f"give {FULL_BP} (100 %) or less", value)
    if table.has("kinds"):
        found["kinds"] = table.words("kinds", among=KINDS)
    for name in beside:
        table.raw(name)
    table.close()
    return found
