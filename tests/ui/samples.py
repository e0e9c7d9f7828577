"""Invented people and doors, for pages to show in tests. None of them exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from agent_app.actions.desk import Desk
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money
from agent_app.domain.rules import State
from agent_app.queries.outbox import Outbox, Parcel, Receipt, Refusal
from agent_app.queries.today import DayList, Door
from ui.jobs import Jobs
from ui.viewmodels.office import Office

AT = datetime(2026, 11, 22, 2, 3, tzinfo=UTC)
MOMENT = Moment(AT, "Asia/Shanghai", "boot", 1)

NAMES = ("陈晓明", "李思雨", "王建国", "赵婷婷", "黄志强", "刘海燕", "周文博", "吴佳琪")
PLACES = (
    "广州市海珠区新港中路 128 号珠江苑 3 栋 1202 房",
    "广州市天河区体育东路 55 号",
    "广州市越秀区东风东路 761 号 8 楼",
    "广州市番禺区市桥街平康路 22 号",
)
LATE = {
    "zh_CN": "今天已为此户上门一次，本周期不再上门。",
    "zh_TW": "今天已為此戶訪視一次，本週期不再訪視。",
    "en": "This door was visited once already; not again in this period.",
}
CREW = {
    "zh_CN": "需两名持证人员同行；同伴的培训证书将于 3 天后到期。",
    "zh_TW": "需兩名持證人員同行；同伴的訓練證書將於 3 天後到期。",
    "en": "Two certified people must go; your partner's training ends in 3 days.",
}


def office(now: Callable[[], Moment] = lambda: MOMENT) -> Office:
    """An office whose desk is never used."""
    return Office(desk=cast(Desk, None), jobs=Jobs(), now=now)


def door(n: int = 0, **changes: Any) -> Door:
    values: dict[str, Any] = {
        "case": f"C{1000 + n}",
        "debtor": NAMES[n % len(NAMES)],
        "creditor": "南岭银行",
        "product": "信用卡",
        "owed": Money(391300 + 77100 * n, "CNY"),
        "bucket": f"M{2 + n % 3}",
        "days_overdue": 47 + 13 * n,
        "address": PLACES[n % len(PLACES)],
        "lat": 23.09 + 0.013 * (n * 7 % 5),
        "lon": 113.30 + 0.021 * (n * 3 % 7),
        "knock": State.allow,
        "why": {},
        "rule": "",
        "next_allowed": None,
        "window_end": AT + timedelta(hours=10, minutes=57),
        "visit": None,
        "visit_state": None,
        "planned_for": None,
        "visited_at": None,
        "outcome": None,
        "sent_back": False,
        "waiting": 0,
    }
    return Door(**{**values, **changes})


def day() -> DayList:
    doors = (
        door(0),
        door(1, knock=State.warn, why=CREW),
        door(2, sent_back=True),
        door(3),
        door(4, visited_at=AT - timedelta(hours=1), visit_state="ended"),
        door(5, knock=State.block, why=LATE, next_allowed=AT + timedelta(days=7)),
        door(6, knock=State.needs, why=CREW),
        door(7, knock=State.block, why=LATE, next_allowed=AT + timedelta(days=2)),
    )
    return DayList(doors=doors, open_now=5, visited=1, unsent=12)


def custody() -> Outbox:
    parcels = tuple(
        Parcel(
            case=f"C{n}",
            debtor=NAMES[n],
            visit=f"v{n}",
            started_at=AT - timedelta(hours=n),
            events=21 + n,
            files=3,
            files_sent=n,
            state=state,
            receipt=Receipt(1200 - n, AT - timedelta(hours=1)) if n > 1 else None,
        )
        for n, state in enumerate(("saved", "queued", "received", "confirmed"))
    )
    refusal = Refusal("e1", "C9", "promise_made", AT, "gate", "此次上门没有核对身份")
    return Outbox(
        parcels=parcels,
        refusals=(refusal,),
        unsent=43,
        confirmed=24,
        total=90,
        last_sync=AT - timedelta(hours=2),
        receipt_size=1200,
        root="9f" * 32,
        same_root=False,
        not_read=3,
    )


def case_row(**changes: Any) -> dict[str, Any]:
    """A base row as the server sends it."""
    row: dict[str, Any] = {
        "id": "C1000",
        "revision": 3,
        "creditor": {"id": "NL", "name": "南岭银行", "type": "bank"},
        "agency": {"id": "DT", "name": "道通信用管理有限公司"},
        "product": {"name": "信用卡", "kind": "credit_card"},
        "pack": "cn",
        "debtor": {
            "id": "D1",
            "name": "陈晓明",
            "sex": "男",
            "age": 34,
            "id_masked": "4401**********021X",
            "language": "zh_CN",
            "employer": "广州明光灯饰厂",
        },
        "checks": [],
        "phones": [{"id": "p1", "number": "000-0000-0412", "label": "手机"}],
        "addresses": [
            {"id": "a1", "kind": "home", "text": PLACES[0], "region": "CN-GD"},
            {"id": "a2", "kind": "work", "text": PLACES[1], "region": "CN-GD"},
        ],
        "balance": {
            "principal": 352000,
            "interest": 30100,
            "fees": 9200,
            "total": 391300,
            "currency": "CNY",
            "as_of": "2026-11-21",
        },
        "overdue_since": "2026-10-06",
        "days_overdue": 47,
        "bucket": "M2",
        "history": [
            {"month": f"2026-{month:02d}", "bill": 60000 + 9000 * month, "paid": paid}
            for month, paid in ((6, 114000), (7, 123000), (8, 60000), (9, 0), (10, 20000), (11, 0))
        ],
        "contacts": [],
        "holds": [],
        "promises": [],
        "agreement": None,
        "visits": {},
        "flags": {},
        "crew": {"agents": ["A011", "A012"], "lead": "L01", "credentials": []},
        "assigned_at": "2026-11-01",
        "lease_end": "2026-12-01",
        "authority": {"max_discount_bp": 1000, "max_months": 24, "min_first_minor": 10000},
        "rungs": {"required": []},
        "priority": 1,
        "note": "",
    }
    return {**row, **changes}


def case(**changes: Any) -> Case:
    return Case.read(case_row(**changes))
