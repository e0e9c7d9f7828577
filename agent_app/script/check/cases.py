"""The cases a script is checked with: one for each way its conditions can tell cases apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice, product

from agent_app.script.check.ground import case_field, parts, walk
from agent_app.script.check.model import Model
from agent_app.script.graph.shape import PATHS
from agent_app.script.xpath.parser import Ast

SAMPLE: Mapping[str, str] = {
    "debtor_called": "张女士",
    "agency_name": "示例服务公司",
    "agent_name": "李明",
    "agent_number": "A001",
    "partner_name": "王芳",
    "complaint_phone": "400-000-0000",
    "today_window_end": "22:00",
    "creditor_name": "示例银行",
    "product_name": "信用卡",
    "product_kind": "credit_card",
    "currency": "CNY",
    "principal": "3913.00",
    "interest": "121.30",
    "fees": "195.65",
    "total": "4229.95",
    "as_of": "2026-11-20",
    "overdue_since": "2026-09-21",
    "days_overdue": "62",
    "payment_channel": "示例银行App",
    "last_payment_at": "2026-09-15",
    "last_payment_amount": "689.00",
    "open_promise_amount": "",
    "open_promise_due": "",
    "last_outcome": "",
}
"""An invented case as the script may see it once every gate is open (docs/scripts.md)."""
MOST = 64


def cases(model: Model) -> Iterator[dict[str, str]]:
    """The sample, and it changed in each field that some condition compares with a text."""
    told_apart = _compared(model)
    fields = sorted(told_apart)
    domains = [sorted({SAMPLE.get(field, ""), "", *told_apart[field]}) for field in fields]
    for chosen in islice(product(*domains), MOST):
        yield {**SAMPLE, **dict(zip(fields, chosen, strict=True))}


def _compared(model: Model) -> Mapping[str, set[str]]:
    """Each field of the case with the texts it is compared with."""
    fields = {one.node: field for one in model.calculated if (field := _field(one.tree))}
    found: dict[str, set[str]] = defaultdict(set)
    conditions = [one for question in model.asked for one in question.conditions]
    for condition in (*conditions, *model.calculated):
        for tree in walk(condition.tree):
            constants = {part[1] for part in parts(tree) if part[0] == "str"}
            if tree[0] != "cmp" or not constants:
                continue
            for node, field in fields.items():
                if any(_is(part, node, model) for part in parts(tree)):
                    found[field] |= constants
            for part in parts(tree):
                if part[0] in PATHS and (field := case_field(part)):
                    found[field] |= constants
    return found


def _field(tree: Ast) -> str:
    return case_field(tree) if tree[0] in PATHS else ""


def _is(tree: Ast, node: int, model: Model) -> bool:
    return tree == ("abs", model.form.nodes[model.copies.real(node)].path)
