"""The demo hand-over file: invented people with real districts, the same for the same day and seed.

Run `python -m resources.demo.make` to write `cases.csv` beside this file again. The demo itself
makes a fresh file for the day it runs, so that leases, notices and appointments are current.
Nobody can be meant: identity numbers begin with the unassigned region 990000, telephone numbers
with the unassigned prefix 12, creditors are called examples.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
COMMITTED_FOR = date(2026, 11, 20)
SEED = 20261120
EACH = 120

LEAD = ("L02", "梁静怡")
AGENTS = {"A011": "陈志远", "A012": "黄雅雯", "A013": "何俊杰"}
PARTNERS = {"A011": "A012", "A012": "A013", "A013": "A011"}
PRODUCTS = (
    ("信用卡", "南粤示范银行信用卡中心", (4_000, 80_000)),
    ("消费信贷", "粤信示范消费金融有限公司", (2_000, 40_000)),
    ("网络小贷", "珠江示范小额贷款有限公司", (1_500, 30_000)),
)
SURNAMES = "陈黄李梁林张何吴刘罗郑谢冯邓曾叶苏卢蔡潘杜戴夏钟汪田任姜范方"
GIVEN = "嘉俊伟敏静怡雯婷浩宇轩彤晓佳慧志强文芳国华玉兰建辉思颖子健丽君春梅海燕家豪欣妍"
RARE_NAMES = ("欧阳思齐", "司徒文浩", "陈龑", "阿依古丽·买买提", "李𠮷")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Story:
    """What happened before: `contacts` as (days ago, channel, result)."""

    contacts: Sequence[tuple[int, str, str]]
    hold: tuple[str, int, int | None] | None = None
    promise: str = ""


def stories(random: Random) -> list[Story]:
    """One agent's round: most doors may be knocked on, each reason not to is there too."""
    noticed = (
        (random.randrange(24, 40), "短信", "逾期提醒"),
        (random.randrange(9, 20), "电话", "未达成"),
    )
    asked = ((30, "短信", "逾期提醒"), (12, "电话", "要求面谈"))
    booked = (2, "短信", "上门预约")
    ready = [Story((*noticed, booked))] * 44 + [Story((*asked, booked))] * 20
    broken = [Story((*noticed, (6, "电话", "承诺未兑现"), booked), promise="未兑现")] * 14
    kept = [Story((*noticed, booked), promise="已兑现")] * 6
    waiting = [Story(noticed)] * 14 + [Story(((20, "电话", "未接通"),))] * 5
    held = [
        *[Story((*noticed, booked), ("停止联系", 5, None))] * 3,
        *[Story((*noticed, booked), ("异议处理中", 8, None))] * 4,
        *[Story(noticed, ("协议履行中", 20, None), "未到期")] * 5,
        *[Story((*noticed, booked), ("困难宽限", 10, 50))] * 3,
        *[Story((*noticed, booked), ("弱势保护", 15, None))] * 2,
    ]
    told = [*ready, *broken, *kept, *waiting, *held]
    random.shuffle(told)
    return told


def cases_csv(today: date, *, each: int = EACH, seed: int = SEED) -> str:
    """The hand-over file as CSV text with Chinese headers, `each` cases an agent."""
    places = tomllib.loads((HERE / "places.toml").read_text("utf-8"))
    out = io.StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    number = 0
    for agent in AGENTS:
        random = Random(f"{seed} {agent}")
        told = stories(random)
        for index in range(each):
            number += 1
            row = _row(random, number, agent, told[index % len(told)], today, places)
            if writer is None:
                writer = csv.DictWriter(out, list(row), lineterminator="\n")
                writer.writeheader()
            writer.writerow(row)
    return out.getvalue()


def _row(
    random: Random, number: int, agent: str, story: Story, today: date, places: Mapping[str, Any]
) -> dict[str, str]:
    product, creditor, span = random.choice(PRODUCTS)
    days = random.choice([*range(18, 60), *range(30, 90), *range(90, 200, 5)])
    assigned = today - timedelta(days=4)
    return {
        "案件编号": f"DS26{number:05d}",
        "委托方": creditor,
        "产品": product,
        **_person(random, number, today),
        **_place(random, agent, places),
        **_money(random, span, days, assigned),
        "机构": "广州市外访一组",
        "组长工号": LEAD[0],
        "组长姓名": LEAD[1],
        "外访员工号": agent,
        "外访员姓名": AGENTS[agent],
        "搭档工号": PARTNERS[agent],
        "搭档姓名": AGENTS[PARTNERS[agent]],
        "委案日": _day(assigned),
        "退案日": _day(today + timedelta(days=41)),
        **_before(random, story, today),
        "备注": random.choice(["", "", "", "晚上七点前在家", "门口有台阶", "听力稍弱，请说慢些"]),
    }


def _person(random: Random, number: int, today: date) -> dict[str, str]:
    age = random.choice([*range(22, 45), *range(24, 60)])
    born = date(today.year - age - 1, random.randrange(1, 13), random.randrange(1, 29))
    name = random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))
    if number % 60 == 7:
        name = RARE_NAMES[number // 60 % len(RARE_NAMES)]
    return {
        "客户姓名": name,
        "证件号码": _id_number(born, random.randrange(1000)),
        "手机号": f"12{random.randrange(10**9):09d}",
        "性别": random.choice("男女"),
        "年龄": str(age),
    }


def _id_number(born: date, serial: int) -> str:
    """18 characters of a region that does not exist, with the right check character."""
    digits = f"990000{born:%Y%m%d}{serial:03d}"
    total = sum(int(one) * weight for one, weight in zip(digits, _ID_WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def _place(random: Random, agent: str, places: Mapping[str, Any]) -> dict[str, str]:
    district = random.choice(places["routes"][agent])
    street, (lon, lat) = random.choice(list(places["districts"][district].items()))
    house = f"{random.randrange(3, 320)}号{random.randrange(1, 20)}栋"
    flat = f"{random.randrange(1, 28)}{random.randrange(1, 9):02d}室"
    return {
        "居住地址": f"广东省广州市{district}{street}{random.choice(places['roads'])}{house}{flat}",
        "单位": f"{random.choice(places['workplaces'])}有限公司",
        "经度": f"{lon + random.uniform(-0.008, 0.008):.6f}",
        "纬度": f"{lat + random.uniform(-0.007, 0.007):.6f}",
        "坐标系": "GCJ-02",
    }


def _money(random: Random, span: tuple[int, int], days: int, assigned: date) -> dict[str, str]:
    principal = random.randrange(span[0] * 100, span[1] * 100)
    interest = principal * days * random.choice((3, 4, 5)) // 10_000
    fees = random.choice((0, 2_000, 5_000))
    bills, paid = _history(random, principal, days)
    row = {
        "币种": "CNY",
        "授信额度": str(-(-principal // 500_000) * 5_000),
        "剩余本金": _yuan(principal),
        "利息": _yuan(interest),
        "费用": _yuan(fees),
        "应还总额": _yuan(principal + interest + fees),
        "逾期天数": str(days),
        "逾期阶段": f"M{min(days // 30 + 1, 7)}",
        "最近还款日": "",
        "最近还款金额": "",
        "近六期账单": "|".join(str(one // 100) for one in bills),
        "近六期还款": "|".join(str(one // 100) for one in paid),
    }
    for back, amount in enumerate(paid):
        if amount:
            month = (assigned.replace(day=1) - timedelta(days=28 * back + 5)).replace(day=1)
            row["最近还款日"] = _day(month + timedelta(days=random.randrange(5, 25)))
            row["最近还款金额"] = _yuan(amount // 100 * 100)
            break
    return row


def _history(random: Random, principal: int, days: int) -> tuple[list[int], list[int]]:
    """Six months of bills and payments, newest first; nothing paid since it is overdue."""
    bill, bills, paid = principal, [], []
    for back in range(6):
        overdue = back * 30 < days
        payment = 0 if overdue else random.randrange(principal // 20, principal // 8)
        bills.append(bill)
        paid.append(payment)
        bill += payment
    return bills, paid


def _before(random: Random, story: Story, today: date) -> dict[str, str]:
    contacts = [
        f"{_day(today - timedelta(days=ago))},{channel},{result}"
        for ago, channel, result in story.contacts
    ]
    counts = {
        channel: sum(one[1] == channel for one in story.contacts) for channel in ("短信", "电话")
    }
    row = {
        "前期催收": " ".join(f"{channel}{count}次" for channel, count in counts.items() if count),
        "催收记录": "; ".join(contacts),
        "承诺记录": "",
        "限制标记": "",
    }
    if story.promise:
        due = today + timedelta(days=12) if story.promise == "未到期" else today - timedelta(days=7)
        amount = _yuan(random.randrange(200, 1500) * 100)
        row["承诺记录"] = f"{_day(due)},{amount},{story.promise}"
    if story.hold is not None:
        kind, ago, ahead = story.hold
        until = _day(today + timedelta(days=ahead)) if ahead else ""
        row["限制标记"] = f"{kind},{_day(today - timedelta(days=ago))},{until}"
    return row


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _day(day: date) -> str:
    return f"{day:%Y/%m/%d}"


if __name__ == "__main__":
    (HERE / "cases.csv").write_text(cases_csv(COMMITTED_FOR), "utf-8")
