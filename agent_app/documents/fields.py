"""Every field a paper may show, with an invented sample, and how a case fills them.

The samples serve the officer's live preview and the check of templates. A template that reads a
field not listed here has a dead field.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

_SAMPLES: dict[str, Any] = {
    "id": "C-2026-0815",
    "debtor.name": "陈嘉琪",
    "debtor.salutation": "女士",
    "debtor.sex": "f",
    "debtor.id_masked": "5101********0823",
    "address.text": "四川省成都市锦江区春熙路 88 号 3 栋 2 单元 1204 室",
    "agency.name": "蓉城信和资产服务有限公司",
    "agency.address": "成都市高新区天府大道北段 1200 号",
    "agency.phone": "028-8000-0000",
    "agency.code": "91510100MA0000000X",
    "agency.complaints": "028-8000-0001",
    "creditor.name": "蓉江消费金融股份有限公司",
    "creditor.phone": "400-000-0000",
    "product.name": "个人消费借款",
    "product.contract": "XD2025030001",
    "balance.principal": {"minor": 1_286_000, "currency": "CNY"},
    "balance.interest": {"minor": 93_450, "currency": "CNY"},
    "balance.fees": {"minor": 12_000, "currency": "CNY"},
    "balance.total": {"minor": 1_391_450, "currency": "CNY"},
    "balance.as_of": "2026-11-22",
    "overdue.since": "2026-08-05",
    "overdue.days": 109,
    "payment.name": "蓉江消费金融股份有限公司",
    "payment.account": "6200 0000 0000 0000 000",
    "payment.url": "https://pay.example/rongjiang",
    "letter.serial": "CD-2026-000001",
    "letter.date": "2026-11-22",
    "contact.name": "李文博",
    "contact.phone": "028-8000-0002",
    "crew[].name": "李文博",
    "crew[].badge": "A-1027",
    "visit.date": "2026-11-26",
    "visit.from": "2026-11-26T14:00:00+08:00",
    "visit.to": "2026-11-26T16:00:00+08:00",
    "reply.received": "2026-11-18",
    "reply.until": "2026-12-31",
    "reply.text": "自 2026 年 12 月起三个月内每月还款 500.00 元，期间不上门、不催促",
    "complaint.reference": "TS-2026-0042",
    "complaint.received": "2026-11-20",
    "complaint.answer_by": "2026-12-05",
    "promise.amount": {"minor": 120_000, "currency": "CNY"},
    "promise.due": "2026-11-15",
    "legal.not_before": "2026-12-15",
    "delivery.number": "CD-2026-000001",
    "delivery.pages": 1,
    "agreement.serial": "XY-2026-000123",
    "agreement.signed": "2026-10-22",
    "agreement.next_due": "2026-12-05",
    "agreement.next_amount": {"minor": 115_955, "currency": "CNY"},
    "agreement.left": {"minor": 1_275_495, "currency": "CNY"},
    "plan.kind": "equal",
    "plan.total": {"minor": 1_391_450, "currency": "CNY"},
    "plan.waived": {"minor": 0, "currency": "CNY"},
    "plan.count": 12,
    "plan.first_due": "2026-12-05",
    "plan.last_due": "2027-11-05",
    "plan.interest_runs": False,
    "plan.instalments[].number": 1,
    "plan.instalments[].due": "2026-12-05",
    "plan.instalments[].amount": {"minor": 115_955, "currency": "CNY"},
    "plan.instalments[].left": {"minor": 1_275_495, "currency": "CNY"},
    "co_debtor.name": "陈建国",
    "guarantor.name": "周敏",
    "second_agent.name": "王晓梅",
    "interpreter.name": "古丽娜尔",
    "terms.hash": "9f2c 41d7 0a3e",
    "agency.hours": "8 am to 8 pm ET, Monday to Saturday",
    "validation.account": "334-222-8899",
    "validation.date": "2026-10-02",
    "validation.amount": {"minor": 223_456, "currency": "USD"},
    "validation.interest": {"minor": 7_500, "currency": "USD"},
    "validation.fees": {"minor": 2_500, "currency": "USD"},
    "validation.credits": {"minor": 5_000, "currency": "USD"},
    "validation.total": {"minor": 228_456, "currency": "USD"},
    "validation.dispute_by": "2026-12-28",
}
_SEVERAL_LINES = frozenset({"reply"})
"""Groups whose texts may have lines; all others are names, places and numbers of one."""
_BREAKS = re.compile(r"[ \t]*[\t\r\n]+[ \t]*")
FIELDS: frozenset[str] = frozenset(_SAMPLES)


class MayBeNothing(str):
    """Words that a paper does without: nobody's form of address."""

    __slots__ = ()


def known(path: str) -> bool:
    """Whether a template may read `path`: a field, or a group of fields asked about in `if`."""
    return path in FIELDS or any(name.startswith((path + ".", path + "[")) for name in FIELDS)


def is_sum(path: str) -> bool:
    """Whether the field is an amount of money."""
    return isinstance(value := _SAMPLES.get(path), Mapping) and "minor" in value


def read(fields: Mapping[str, Any], path: str) -> Any:
    """The value at `path` of the fields of one case; None where it has none."""
    value: Any = fields
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def nearest(path: str) -> str:
    """The field someone may have meant; "" when none is like it."""
    return next(iter(get_close_matches(path, FIELDS, n=1, cutoff=0.7)), "")


def sample_case(rows: int = 12) -> dict[str, Any]:
    """An invented case with every field filled, and a plan of `rows` instalments."""
    case: dict[str, Any] = {}
    for path, value in _SAMPLES.items():
        if "[]" not in path:
            put(case, path, value)
    for role in ("co_debtor", "guarantor", "second_agent", "interpreter"):
        del case[role]  # they sign only where someone brings them in
    case["crew"] = [{"name": "李文博", "badge": "A-1027"}, {"name": "王晓梅", "badge": "A-1103"}]
    total = _SAMPLES["balance.total"]["minor"]
    each, paid, listed = total // rows, 0, []
    for number in range(1, rows + 1):
        due = each if number < rows else total - paid
        paid += due
        year, month = 2026 + (11 + number - 1) // 12, (11 + number - 1) % 12 + 1
        listed.append(
            {
                "number": number,
                "due": f"{year}-{month:02d}-05",
                "amount": {"minor": due, "currency": "CNY"},
                "left": {"minor": total - paid, "currency": "CNY"},
            }
        )
    case["plan"] |= {"instalments": listed, "count": rows, "last_due": listed[-1]["due"]}
    return case


def case_fields(case: Mapping[str, Any], **more: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a case row as the server sends it, for a template.

    `more` adds or completes groups the row does not hold: `agency={"phone": …}`,
    `visit={"date": …}`, `plan={…}`. What is still missing is refused when the letter is made,
    never printed as a blank.
    """
    balance = case["balance"]
    currency = balance["currency"]
    fields: dict[str, Any] = {
        "id": case["id"],
        "debtor": {
            "name": case["debtor"]["name"],
            "sex": case["debtor"].get("sex", ""),
            "id_masked": case["debtor"].get("id_masked", ""),
        },
        "address": dict(_address(case.get("addresses", []))),
        "agency": dict(case["agency"]),
        "creditor": dict(case["creditor"]),
        "product": dict(case["product"]),
        "balance": {
            key: {"minor": balance[key], "currency": currency}
            for key in ("principal", "interest", "fees", "total")
        }
        | {"as_of": balance["as_of"]},
        "overdue": {"since": case["overdue_since"], "days": case["days_overdue"]},
        "payment": dict(case.get("payment_channel") or {}),
    }
    for group, values in more.items():
        present = fields.get(group)
        merged = isinstance(present, dict) and isinstance(values, Mapping)
        fields[group] = {**present, **values} if merged and present else values
    return fields


def put(target: dict[str, Any], path: str, value: Any) -> None:
    """Set a dotted path in nested tables."""
    *groups, last = path.split(".")
    for group in groups:
        target = target.setdefault(group, {})
    target[last] = value


def spoken_in(fields: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The fields as a paper in `language` names people: its form of address, the office's name.

    An English form of address brings its blank along, so that none is left where there is none.
    A line break in a name, as a spreadsheet's cell has it, is a blank.
    """
    fields = {
        group: values if group in _SEVERAL_LINES else _in_one_line(values)
        for group, values in fields.items()
    }
    debtor, agency = dict(fields.get("debtor", ())), dict(fields["agency"])
    if "sex" in debtor:
        debtor["salutation"] = _salutation(str(debtor["sex"]), language)
    if language == "en" and agency.get("name_en"):
        agency["name"] = agency["name_en"]
    return {**fields, "debtor": debtor, "agency": agency}


def _in_one_line(value: Any) -> Any:
    if isinstance(value, str):
        return _BREAKS.sub(" ", value).strip()
    if isinstance(value, Mapping):
        return {key: _in_one_line(one) for key, one in value.items()}
    return [_in_one_line(one) for one in value] if isinstance(value, list) else value


def _salutation(sex: str, language: str) -> str:
    male, female, neither = (
        ("Mr ", "Ms ", "") if language == "en" else ("先生", "女士", "先生/女士")
    )
    known = {"m": male, "male": male, "男": male, "f": female, "female": female, "女": female}
    return MayBeNothing(known.get(sex.lower(), neither))


def _address(addresses: Any) -> Mapping[str, Any]:
    homes = [address for address in addresses if address.get("kind") == "home"]
    return next(iter([*homes, *addresses]), {})
