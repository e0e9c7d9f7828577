"""Case rows as the server sends them, with everything a test does not name filled in."""

from __future__ import annotations

import json
from random import Random
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


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红"
_PLACES = ("上海市浦东新区", "广州市天河区", "成都市武侯区", "杭州市西湖区", "武汉市洪山区")
_ROADS = ("锦绣路", "人民路", "解放路", "中山路", "建设路", "和平街", "新华街", "文化路")


def varied_row(number: int) -> dict[str, Any]:
    """A row as unlike its neighbours as real ones are: some 1.9 KB, a sixth of it after zstd."""
    by = Random(number)
    total = by.randrange(50_000, 9_000_000)
    principal, interest = total * 7 // 10, total // 5
    return case_row(
        f"case-{number}",
        by.choice(_SURNAMES) + "".join(by.choices(_GIVEN, k=by.choice((1, 2)))),
        phones=[
            {"id": f"phone-{n}", "number": f"1{by.randrange(3 * 10**9, 10**10)}", "label": "本人"}
            for n in (1, 2)
        ],
        addresses=[_varied_address(by, n) for n in (1, 2)],
        balance={
            "principal": principal, "interest": interest, "fees": total - principal - interest,
            "total": total, "currency": "CNY", "as_of": "2026-11-20",
        },
        days_overdue=by.randrange(30, 700),
        priority=by.randrange(1, 6),
        history=[
            {"month": f"2026-{month:02}", "bill": by.randrange(10**4, 10**6), "paid": 0}
            for month in range(5, 11)
        ],
        contacts=[
            {
                "at": f"2026-10-{by.randrange(1, 29):02}T{by.randrange(9, 20):02}:00:00+08:00",
                "channel": by.choice(("sms", "call")), "result": "no_answer", "by": "A011",
            }
            for _ in range(4)
        ],
    )  # fmt: skip


def _varied_address(by: Random, number: int) -> dict[str, Any]:
    house = f"{by.randrange(1, 999)}号{by.randrange(1, 30)}栋{by.randrange(101, 2804)}室"
    return {
        "id": f"addr-{number}", "kind": by.choice(("home", "work")),
        "text": by.choice(_PLACES) + by.choice(_ROADS) + house,
        "region": "CN-SH", "tz": "Asia/Shanghai", "datum": "GCJ-02",
        "lat": round(by.uniform(22, 40), 6), "lon": round(by.uniform(104, 122), 6),
    }  # fmt: skip
