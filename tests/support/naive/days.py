"""What happens to a case: the days before a visit, and what is tried at the door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from agent_app.domain.terms import spoken, terms_hash
from tests.support.naive.reading import (
    Asked,
    World,
    day_of,
    minutes,
    moment_of,
    months_after,
    prune,
)
from tests.support.rule_cases import CREDENTIALS, NOTICES, event

WISHED = {12 * 60, 14 * 60, 16 * 60, 20 * 60}
ROW_HOLDS = (
    "breathing_space", "bereavement", "surgery", "mental_health_crisis", "bankruptcy", "dispute",
    "live_plan", "hardship", "incapacity", "unlawful_debt", "police_no_contact", "attorney",
    "stop_contact", "visit_refused", "lender_direct", "grievance", "hospital", "vulnerable",
    "deceased", "not_my_debt", "adviser", "unheard_of",
)  # fmt: skip
LASTING = ("stop_contact_requested", "adviser_named", "not_my_debt_stated", "dispute_raised",
           "agreement_signed", "vulnerability_flagged", "exit_triggered", "third_party_refused")  # fmt: skip
BESIDE: tuple[tuple[float, str, dict[str, Any]], ...] = (
    (0.03, "stop_contact_requested", {}),
    (0.03, "adviser_named", {}),
    (0.06, "vulnerability_flagged", {}),
    (0.06, "third_party_refused", {}),
    (0.06, "exit_triggered", {"reason": "asked_to_leave"}),
    (0.03, "exit_triggered", {"reason": "no_rules_reason"}),
    (0.02, "person_met", {"who": "minor"}),
    (0.5, "review_decided", {"decision": "accepted"}),
)
FLAGS = ("unreachable", "incapacity", "deceased", "minor", "agency_credentials")
WISHES: tuple[dict[str, Any], ...] = (
    {"times": [{"days": ["all"], "from": "10:00", "to": "18:00"}]},
    {"times": [{"days": ["mon", "wed", "sat"], "from": "20:00", "to": "02:00"}]},
    {"blocked_times": [{"days": ["tue", "thu"], "from": "12:00", "to": "14:00"}]},
    {"blocked_times": [{"days": ["all"], "from": "12:00", "to": "16:00"}]},
    {"blocked_times": [{"days": ["all"], "from": "12:00", "to": "16:01"}]},
    {"blocked_channels": ["visit"]},
    {"blocked_channels": ["call", "sms"]},
    {"blocked_addresses": ["w1"]},
    {},
    {},
    {},
    {},
)


class Life:
    """A case from day to day, made up by `draw`; only `world` remembers."""

    def __init__(self, world: World, draw: Random, zone: str) -> None:
        self.world = world
        self.draw = draw
        self.zone = ZoneInfo(zone)
        self.edges = sorted({edge for _, rule in world.rules for edge in _edges(rule)} | WISHED)
        self.holds = sorted({name for _, rule in world.rules for name in _timed_holds(rule)})
        self.waits = [
            timedelta(hours=rule["cool_off_hours"])
            for _, rule in world.rules
            if "cool_off_hours" in rule
        ]
        self.kept = sorted(
            {
                (rule["record"], rule.get("clock", "record_created"), months)
                for _, rule in world.rules
                if rule["kind"] == "retention"
                for months in (rule["min_months"], rule.get("max_months", rule["min_months"]))
            }
        )

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def moment(self, day: date) -> datetime:
        """Somewhere in that local day, as often as not on the edge of an hour some rule names."""
        told = [one.body["at"] for one in self.world.of("appointment_notified")]
        soon = [at for at in map(datetime.fromisoformat, told) if day_of(at, self.zone) == day]
        if soon and self.chance(0.4):
            return self.draw.choice(soon) + timedelta(hours=self.draw.choice((-4, 0, 0, 4, 4.02)))
        minute = self.draw.randrange(1440)
        if self.chance(0.5):
            minute = self.draw.choice(self.edges) + self.draw.choice((-1, 0, 0))
        start = moment_of(day, self.zone)
        return (start.astimezone(self.zone) + timedelta(minutes=minute)).astimezone(start.tzinfo)

    def morning(self, day: date) -> None:
        """What the office, the debtor and other collectors did since yesterday."""
        world, row = self.world, self.world.row
        at = moment_of(day, self.zone) - timedelta(minutes=self.draw.randrange(1, 600))
        world.events = prune(world.events, at, 35)
        if self.chance(0.1):  # another debtor, who has asked for nothing and signed nothing
            world.events = [one for one in world.events if one.kind not in LASTING]
        row["contacts"] = [
            one for one in row["contacts"] if moment_of(one["at"], self.zone) > at - timedelta(40)
        ]
        for place, (share, kind, body) in enumerate(self._happenings(at)):
            if self.chance(share):
                then = at + timedelta(seconds=place)
                world.events.append(event(kind, then, body, visit=None))
        if self.chance(0.3):
            row["contacts"] += [self._contact(at) for _ in range(self.draw.choice((1, 1, 2, 6)))]
        row["holds"] = [] if self.chance(0.25) else row["holds"]
        if self.chance(0.3 if self.waits else 0.05):
            row["holds"] = [self._hold(day)]
        row["beside"] = [
            one for one in row.get("beside", ()) if "at" not in one or self.chance(0.8)
        ]
        if self.chance(0.3):
            row["beside"] = list(self._beside(day, at))
        self._change_row(day)

    def sync(self, now: datetime) -> None:
        """How long the device has heard nothing: mostly not long."""
        hours = self.draw.choice((0, 0, 0, 0, 0, 0, 5, 30, 71.9, 72.1, -1))
        self.world.synced = None if self.chance(0.01) else now - timedelta(hours=hours)

    def _happenings(self, at: datetime) -> Iterator[tuple[float, str, dict[str, Any]]]:
        told = at + timedelta(minutes=self.draw.randrange(4 * 1440))
        if self.chance(0.5):
            told += timedelta(days=2)
        yield 0.6, "appointment_notified", {
            "channel": self.draw.choice(("call", "sms", "letter", *["in_person"] * 9)),
            "purpose": "x", "at": told.isoformat(),
        }  # fmt: skip
        what = self.draw.choice((*NOTICES, "sms"))
        wants = [rule.get("content", []) for _, rule in self.world.rules]
        content = max(wants, key=len)[: self.draw.choice((1, 9, 9))]
        more = {"content": content} if self.chance(0.5) else {}
        channel = self.draw.choice(("sms", *["in_person"] * 4))
        yield 0.15, "notice_sent", {"channel": channel, "what": what, **more}
        for kind in ("dispute_raised", "hardship_stated", "stop_contact_requested",
                     "not_my_debt_stated", "adviser_named"):  # fmt: skip
            yield (
                0.02 if kind == "hardship_stated" else 0.002,
                kind,
                {"reason": "x", "code": "x", "name": "x"},
            )
        yield 0.2, "dispute_settled", {}
        yield 0.1, "plan_breached", {}
        wish = self.draw.choice(WISHES)
        yield 0.05, "contact_changed", {"field": "preference", "old": None, "new": wish}
        to = self.draw.choice(("contact_time", "visit_place"))
        yield (
            0.08,
            "consent_given",
            {"to": to, "by": self.draw.choice(("debtor", "debtor", "other"))},
        )
        until = {"until": (at + timedelta(hours=20)).isoformat()}
        since = {"from": (at + timedelta(hours=9)).isoformat()}
        yield 0.05, "consent_given", {"to": to, "by": "debtor", **until, **since}
        yield 0.03, "consent_withdrawn", {"to": to}
        yield 0.1, "rule_overridden", {"rule": "base.stale", "role": "lead", "reason": "x"}

    def _contact(self, at: datetime) -> dict[str, Any]:
        day = at.date().isoformat() if self.chance(0.1) else at.isoformat()
        return {
            "at": day,
            "channel": self.draw.choice(("call", "call", "sms", "visit", "letter")),
            "result": self.draw.choice(("met", "no_answer", "delivered", *NOTICES, "appointment")),
            "to": self.draw.choice(("", "", "138", "139")),
            "by": "b",
        }

    def _beside(self, day: date, at: datetime) -> Iterator[dict[str, Any]]:
        """What the office tells of the person's other cases, mostly nothing."""
        for place, (share, kind, body) in enumerate(BESIDE):
            if self.chance(share):
                then = at - timedelta(hours=self.draw.choice((1, 5, 23, 24, 25, 90)))
                other = self.draw.choice(("c2", "c3"))
                yield {
                    "case": other, "id": f"{day}-{place}", "kind": kind,
                    "at": then.isoformat(), "visit": f"v-{other}",
                    "body": body | ({"visit": f"v-{other}"} if kind == "review_decided" else {}),
                    "to": self.draw.choice(("h1", "w1", "w1", "elsewhere")),
                }  # fmt: skip
        if self.chance(0.05):
            wish = {"field": "preference", "new": self.draw.choice(WISHES)}
            yield {
                "case": "c3", "id": f"{day}-wish", "kind": "contact_changed",
                "at": at.isoformat(), "visit": None, "body": wish, "to": "",
            }  # fmt: skip
        if self.chance(0.08):
            yield {"case": "c2", "id": f"{day}-hold", "hold": self._hold(day)}
        if self.chance(0.2):
            flag = self.draw.choice(("deceased", "incapacity", "minor"))
            yield {"case": "c3", "id": flag, "flag": flag, "value": self.draw.choice((True, None))}

    def _hold(self, day: date) -> dict[str, Any]:
        timed = self.holds and self.chance(0.5)
        found: dict[str, Any] = {"kind": self.draw.choice(self.holds if timed else ROW_HOLDS)}
        if self.chance(0.9):
            found["since"] = (
                day - timedelta(days=self.draw.choice((0, 7, 7, 8, 60, 60, 61)))
            ).isoformat()
        if self.chance(0.5):
            found["extended"] = self.draw.choice((1, 2, 3))
            found["since"] = (
                day - timedelta(days=self.draw.choice((3, 5, 7, 8, 89, 91, 182)))
            ).isoformat()
        if self.chance(0.5):
            found["until"] = (day + timedelta(days=self.draw.randrange(-31, 10))).isoformat()
        return found

    def _change_row(self, day: date) -> None:
        row, draw = self.world.row, self.draw
        if self.chance(0.1):
            row["product"] = {"name": "x", "kind": draw.choice(PRODUCTS)}
            row["creditor"] = {"id": "b1", "name": "B", "type": draw.choice(LENDERS)}
            row["scope"] = {"collector_role": draw.choice(("agency", "creditor", ""))}
        if self.chance(0.15):
            rungs = ("appointment", "sms_or_call", "overdue_notice", "agency_notice")
            row["rungs"] = {"required": draw.sample(rungs, draw.choice((0, 0, 1, 2)))}
            if self.chance(0.3):
                row["rungs"] = None
        if self.chance(0.1):
            row["flags"] = {name: True for name in NOTICES if self.chance(0.75)}
            row["flags"] |= {name: draw.choice((True, None)) for name in FLAGS if self.chance(0.03)}
        if self.chance(0.1):
            ends = (day - timedelta(1), day, day + timedelta(1), date(2035, 1, 1))
            row["crew"]["credentials"] = [
                {"user": user, "kind": kind, "valid_until": draw.choice(ends[3:] * 90 + ends[:3]).isoformat()}
                for user in ("u1", "u2") for kind in CREDENTIALS if self.chance(0.995)
            ] + [{"user": "a1", "kind": kind, "valid_until": "2035-01-01"} for kind in AGENCY]  # fmt: skip
        row["crew"]["conflicts"] = ["u2"] if self.chance(0.03) else []
        row["assigned_at"] = day.isoformat() if self.chance(0.02) else row.get("assigned_at")
        row["lease_end"] = "2035-01-01" if self.chance(0.97) else day.isoformat()
        row["balance"]["interest"] = draw.choice((1000, 1000, 300001))

    def elsewhere(self, now: datetime) -> list[dict[str, Any]]:
        return [self._contact(now - timedelta(hours=3))] if self.chance(0.1) else []

    def questions(self, now: datetime) -> Iterator[Asked]:
        """What is asked of a moment outside a visit."""
        channel = self.draw.choice(("call", "sms"))
        told = {"number": self.draw.choice(("138", "139")), "elsewhere": self.elsewhere(now)}
        target = {"target": "contact_person"} if self.chance(0.2) else {}
        if self.chance(0.5):
            yield Asked(channel, now, given=told | target)
        if self.waits and self.chance(0.5):
            yield from self._at_the_desk(now)
        if self.kept and self.chance(0.5):
            yield self._deletion(now)
        address = "w1" if self.chance(0.25) else "h1"
        more: dict[str, Any] = {"elsewhere": self.elsewhere(now)}
        if self.chance(0.05):
            more["crew"] = self.draw.choice((["u1"], ["u1", "u1"], ["u1", "u2", "u3"]))
        if self.chance(0.05):
            more["place"] = self.draw.choice(("hospital_ward", "work", "square"))
        yield Asked("visit", now, address=address, given=more)

    def _at_the_desk(self, now: datetime) -> Iterator[Asked]:
        """Money and papers by themselves, where few other rules could hide what one says."""
        if self.chance(0.3):
            spending = self.draw.choice((11000, 11001, 16000))
            budget = {"income": 20000, "spending": spending, "currency": "CNY"}
            self.world.events.append(event("budget_recorded", now, budget, visit=None))
        offer = event("plan_offered", now, {"plan": _plan(self)}, visit=f"o{now:%m%d%H%M}")
        self.world.events.append(offer)
        later = now + self.draw.choice(self.waits) + timedelta(seconds=self.draw.choice((-1, 0)))
        yield Asked("agreement_signed", later, offer.visit, body=_signed(self, later, ""))
        yield Asked("plan_offered", now, body={"plan": _plan(self)})
        yield Asked("payment_notified", now, body=_paid(self, now, ""))

    def _deletion(self, now: datetime) -> Asked:
        record, clock, months = self.draw.choice(self.kept)
        today = now.astimezone(self.zone).date()
        began: date | None = today + timedelta(days=self.draw.randrange(-3, 3))
        assert began is not None
        while months_after(began, months) > today + timedelta(days=1):
            began -= timedelta(days=1)
        given: dict[str, Any] = {"record": record, clock: began}
        if self.chance(0.1):
            given[clock] = None
        if self.chance(0.1):
            given["legal_hold"] = True
        return Asked(self.draw.choice(("delete", "keep")), now, given=given)

    def at_the_door(self, visit: str, address: str, now: datetime) -> Iterator[Asked]:
        """A dozen things in no good order; each waits for the answer to the one before."""
        for step in range(self.draw.choice((6, 12))):
            at = now + timedelta(seconds=40 * (step + 1))
            act, body, given = self._step(at, visit)
            yield Asked(act, at, visit, address, body, given)

    def _step(self, at: datetime, visit: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
        kind, make = self.draw.choice(STEPS)
        body = make(self, at, visit)
        given = body.pop("given", {})
        return kind, body, given


def _timed_holds(rule: Any) -> Iterator[str]:
    if "days" in rule or "months" in rule or "tail_days" in rule:
        yield from rule.get("holds", ())


def _edges(rule: Any) -> Iterator[int]:
    for span in rule.get("spans", [rule]) if rule["kind"] == "contact_window" else ():
        yield from (minutes(span["from"]) % 1440, minutes(span["to"]) % 1440)


PRODUCTS = ("credit_card", "credit_card", "online_consumer", "micro_loan", "other")
LENDERS = ("bank", "bank", "consumer_finance", "micro_loan", "other")
AGENCY = ("licence", "agency_review")
TEXTS = (
    "请您方便时与我们联系", "已说明权利和义务", "Please call us when it suits you", "谈了二十分钟",
    "还不还？不还就走着瞧", "要告诉你的邻居", "You will be arrested", "pay now or else",
    "通知您的单位前会先征得同意吗", "加我微信", "加黑名单", "我们知道了", "借新还旧也行", "we are bailiffs",
)  # fmt: skip
Make = Callable[[Life, datetime, str], dict[str, Any]]


def _plan(life: Life) -> dict[str, Any]:
    months = life.draw.choice((1, 6, 24, 25, 60, 61, 120, 121))
    each = life.draw.choice((4000, 9000))
    rows = [{"amount": {"minor": each, "currency": "CNY"}, "due": "2026-12-01"}] * months
    return {
        "months": months, "pause": 0, "discount_bp": 0, "instalments": rows,
        "total": {"minor": each * months, "currency": "CNY"},
    }  # fmt: skip


def _offer(life: Life, at: datetime, visit: str) -> dict[str, Any]:
    plan = _plan(life)
    if life.chance(0.3):
        approved = {"terms_hash": terms_hash(spoken(plan)), "code": "1", "plan": plan}
        life.world.events.append(event("approval_given", at, approved, visit=visit))
    return {"plan": plan}


def _signed(life: Life, at: datetime, visit: str) -> dict[str, Any]:
    terms = ["balance", "schedule", "fees_and_interest", "no_new_card_promise", "rights_and_breach"]
    tests = ["exclusive_data", "sole_control", "signature_tamper_evident", "content_tamper_evident"]
    signature = {
        "method": life.draw.choice(("reliable_esign", "reliable_esign", "wet_ink", "thumb")),
        "tests": tests[: life.draw.choice((3, 4, 4))],
        "copies": life.draw.choice((1, 2, 2)),
    }
    body = {"agreement": "1", "plan": _plan(life), "document": "x", "signature": signature}
    return {**body, "terms": terms[: life.draw.choice((4, 5, 5))]}


def _printed(life: Life, at: datetime, visit: str) -> dict[str, Any]:
    wanted = [rule.get("required_fields", []) for _, rule in life.world.rules]
    fields = [field for some in wanted for field in some]
    if life.chance(0.4):
        fields = fields[1:]
    letter: dict[str, Any] = {
        "type": life.draw.choice(("collection_letter", "collection_letter", "receipt", "slip")),
        "fields": fields,
        "names_debt": life.chance(0.7),
        "copies": life.draw.choice((1, 2)),
    }
    more = {"text": life.draw.choice(TEXTS)} if life.chance(0.5) else {}
    return {"serial": "1", "template": "t", "document": "d", **letter, "given": more}


def _paid(life: Life, at: datetime, visit: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "channel": life.draw.choice(("creditor_app", "bank_transfer", "bank_counter", "cash", "red_packet")),
        "amount": {"minor": life.draw.choice((0, 1, 500)), "currency": "CNY"},
    }  # fmt: skip
    if life.chance(0.2):
        body["fee"] = life.draw.choice((0, 1))
    if life.chance(0.2):
        body["personal_account"] = True
    if life.chance(0.5):
        body["receipt"] = ["lender", "amount"][: life.draw.choice((1, 2, 2))]
    return body


def _delivered(life: Life, at: datetime, visit: str) -> dict[str, Any]:
    ways = ("hand", "posted_on_door", "public_place", "neighbour", "open_envelope",
            "missed_delivery_card", "receipt_signature")  # fmt: skip
    return {"serial": "1", "how": life.draw.choice(ways), "proof": life.draw.choice(("", "p"))}


STEPS: tuple[tuple[str, Make], ...] = (
    *[("id_shown", lambda life, at, visit: {"documents": ["badge"]})] * 3,
    *[("recording_started", lambda life, at, visit: {"slot": "a"})] * 3,
    ("recording_consented", lambda life, at, visit: {}),
    ("recording_stopped", lambda life, at, visit: {"slot": "a", "seconds": 9}),
    ("person_met", lambda life, at, visit: {"who": life.draw.choice(
        ("debtor", "debtor", "self_identified", "third_party", "minor", "nobody"))}),
    *[("identity_checked", lambda life, at, visit: {
        "method": "x", "fields": [], "passed": life.chance(0.8)})] * 3,
    *[("entry_consented", lambda life, at, visit: {})] * 2,
    *[("entry", lambda life, at, visit: {})] * 2,
    ("photo_taken", lambda life, at, visit: {"slot": "p", "what": "x"}),
    ("name_principal", lambda life, at, visit: {}),
    ("disclosed", lambda life, at, visit: {"statement": life.draw.choice(TEXTS)}),
    ("budget_recorded", lambda life, at, visit: {
        "income": 20000, "spending": life.draw.choice((11000, 11001, 18000)), "currency": "CNY"}),
    *[("plan_offered", _offer)] * 2,
    ("promise_made", lambda life, at, visit: {"amount": 1, "due": "2026-12-01"}),
    *[("agreement_signed", _signed)] * 2,
    *[("letter_printed", _printed)] * 2,
    ("letter_delivered", _delivered),
    ("payment_notified", _paid),
    ("comment_added", lambda life, at, visit: {"text": life.draw.choice(TEXTS)}),
    *[("answered", lambda life, at, visit: {
        "ref": f"/data/close/{life.draw.choice(('attest_dress', 'attest_no_money', 'left'))}",
        "value": life.draw.choice(("yes", "yes", "no"))})] * 3,
)  # fmt: skip
RARE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("exit_triggered", {"reason": "threat"}),
    ("stop_contact_requested", {}),
    ("dispute_raised", {"reason": "x"}),
    ("adviser_named", {"name": "x"}),
    ("exit_triggered", {"reason": "other_reason"}),
    ("recording_refused", {}),
    ("third_party_refused", {}),
    ("vulnerability_flagged", {"code": "x"}),
)
