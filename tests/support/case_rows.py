"""Case rows as the server sends them, with everything a test does not name filled in."""

from __future__ import annotations

import json
from typing import Any


def case_row(id: str = "case-1", name: str = "张伟", **changes: Any) -> dict[str, Any]:
    """One valid row; `changes` replace top-level fields."""
    row: dict[str, Any] = {
        "id": id,
        "revision": 1,
        "creditor": {"id": "bank-1", "name": "江南银行", "type": "bank"},
        "agency": {"id": "agency-1", "name": "和顺服务"},
        "product": {"name": "信用卡", "kind": "credit_card"},
        "pack": "cn",
        "debtor": {"id": f"debtor-{id}", "name": name, "language": "zh_CN"},
        "checks": [],
        "phones": [{"id": "phone-1", "number": "19900000001", "label": "本人"}],
        "addresses": [
            {
                "id": "addr-1",
                "kind": "home",
                "text": "上海市浦东新区锦绣路100号",
                "region": "CN-SH",
                "tz": "Asia/Shanghai",
                "lat": None,
                "lon": None,
                "datum": None,
            }
        ],
        "balance": {
            "principal": 300000,
            "interest": 80000,
            "fees": 11300,
            "total": 391300,
            "currency": "CNY",
            "as_of": "2026-11-20",
        },
        "overdue_since": "2026-08-20",
        "days_overdue": 94,
        "bucket": "M4",
        "history": [],
        "contacts": [],
        "holds": [],
        "promises": [],
        "agreement": None,
        "visits": {},
        "flags": {},
        "crew": {"agents": ["wang", "li"], "lead": "chen", "credentials": []},
        "assigned_at": "2026-11-01",
        "lease_end": "2026-12-01",
        "authority": {"max_discount_bp": 0, "max_months": 12, "min_first_minor": 10000},
        "rungs": {"required": []},
        "payment_channel": {"name": "银行柜台"},
        "priority": 1,
        "note": "",
    }
    return row | changes


def raw(row: dict[str, Any]) -> bytes:
    """The row's bytes, as a frame carries them."""
    return json.dumps(row, ensure_ascii=False).encode()
