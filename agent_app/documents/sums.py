"""The sums a paper states must agree with each other before anyone is asked to sign or pay them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from agent_app import figures
from agent_app.domain.errors import BadInput, Fault

_PARTS = ("principal", "interest", "fees")


def check_sums(values: Mapping[str, Any], fields: Collection[str], *, file: str = "") -> None:
    """Hold what a paper shows against its parts; `fields` are those it reads.

    Raises BadInput for a debt that is none, a total that is not its parts, instalments that are
    not the plan, or two currencies on one paper.
    """
    faults = [*_debt(values, fields), *_plan(values, fields)]
    if faults:
        raise BadInput(
            Fault(message, file=file, field=field, value=value, mend="correct the case")
            for message, field, value in faults
        )


def _debt(values: Mapping[str, Any], fields: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if "balance.total" not in fields:
        return
    total = values["balance"]["total"]
    if total["minor"] <= 0:
        yield "nothing is owed", "balance.total", figures.amount(total)
    if all(f"balance.{part}" in fields for part in _PARTS):
        yield from _added(total, [values["balance"][part] for part in _PARTS], "balance.total")


def _plan(values: Mapping[str, Any], fields: Collection[str]) -> Iterator[tuple[str, str, str]]:
    plan = values.get("plan") or {}
    if "plan.instalments" not in fields or not (rows := plan.get("instalments")):
        return
    yield from _added(plan["total"], [row["amount"] for row in rows], "plan.total")
    if int(plan["count"]) != len(rows):
        yield "the instalments are not so many", "plan.count", str(plan["count"])
    for field, row in (("first_due", rows[0]), ("last_due", rows[-1])):
        if field in plan and plan[field] != row["due"]:
            yield "not the day of that instalment", f"plan.{field}", str(plan[field])


def _added(
    total: Mapping[str, Any], parts: list[Mapping[str, Any]], field: str
) -> Iterator[tuple[str, str, str]]:
    if len({one["currency"] for one in (total, *parts)}) > 1:
        yield "two currencies on one paper", field, figures.amount(total)
    elif sum(one["minor"] for one in parts) != total["minor"]:
        yield "the total is not the sum of its parts", field, figures.amount(total)
