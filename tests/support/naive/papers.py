"""What papers hold, how money moves, what a plan may be, and how long records stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.support.naive.reading import Asked, Rule, World, months_after


def document(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act == "letter_delivered":
        if asked.body.get("how") in rule.get("forbidden_delivery", ()):
            return True
        proof = rule.get("proof", ())
        return bool(proof) and asked.body.get("how") not in proof and not asked.body.get("proof")
    if asked.act != "letter_printed":
        return False
    letter = {**asked.body, **asked.given.get("letter", {})}
    if letter.get("type", rule["type"]) != rule["type"] or letter.get("names_debt") is False:
        return False
    if letter.get("copies", 1) < rule.get("copies", 1):
        return True
    return not set(rule.get("required_fields", ())) <= set(letter.get("fields") or ())


def signature(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    signed = asked.told("signature")
    if asked.act != "agreement_signed" or not (signed or asked.body):
        return False
    if not signed or signed["method"] not in rule["methods"]:
        return True
    passed = set(signed.get("tests", ()))
    if (
        signed["method"] not in ("wet_ink", rule.get("fallback"))
        and not set(rule.get("tests", ())) <= passed
    ):
        return True
    return bool(signed.get("copies", 0) < rule.get("copies", 1))


def payment(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act != "payment_notified":
        return False
    paid = asked.told("payment") or asked.body
    if paid.get("personal_account") and rule.get("personal_account", "deny") == "deny":
        return True
    if "fee_limit" in rule and sum_of(paid.get("fee")) > rule["fee_limit"]:
        return True
    if paid["channel"] == "cash" and "cash_limit" in rule:
        if sum_of(paid.get("amount")) > rule["cash_limit"]:
            return True
        return not set(rule.get("receipt", ())) <= set(asked.told("receipt") or ())
    return bool(rule.get("channels")) and paid["channel"] not in rule["channels"]


def plan_limits(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act not in ("plan_offered", "agreement_signed"):
        return False
    plan = asked.told("plan")
    if plan is None:
        return bool(asked.body)
    dues = [sum_of(one["amount"]) for one in plan["instalments"]]
    approved = any(
        one.visit == asked.visit and one.body.get("plan") == plan
        for one in world.of("approval_given")
    )
    months = [rule["max_months"]] if "max_months" in rule else []
    if rule.get("authority") and not approved and world.row["authority"].get("max_months"):
        months.append(world.row["authority"]["max_months"])
    if any(len(dues) > most for most in months):
        return True
    if "min_instalment" in rule and min(dues[:-1] or dues) < rule["min_instalment"]:
        return True
    if rule.get("within_surplus"):
        left = _left_each_month(world, asked)
        if left is None or max(dues) > left:
            return True
    if asked.act != "agreement_signed":
        return False
    terms = asked.told("terms") or plan.get("terms")
    if not set(rule.get("required_terms", ())) <= set(terms or ()):
        return True
    return "cool_off_hours" in rule and _too_soon(rule, world, asked)


def _left_each_month(world: World, asked: Asked) -> int | None:
    if asked.given.get("surplus") is not None:
        return sum_of(asked.given["surplus"])
    budgets = [one.body for one in world.of("budget_recorded")]
    return sum_of(budgets[-1]["income"]) - sum_of(budgets[-1]["spending"]) if budgets else None


def _too_soon(rule: Rule, world: World, asked: Asked) -> bool:
    offers = [one for one in world.in_visit(asked.visit) if one.kind == "plan_offered"]
    offers = offers or world.of("plan_offered")
    return not offers or asked.at < offers[0].at + timedelta(hours=rule["cool_off_hours"])


def retention(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.given.get("record", rule["record"]) != rule["record"]:
        return False
    if asked.act == "keep":
        return _kept_too_long(rule, pack, world, asked)
    if asked.act != "delete":
        return False
    if rule.get("legal_hold", True) and asked.given.get("legal_hold"):
        return True
    began = asked.given.get(rule.get("clock", "record_created"))
    if began is None:
        return True
    today = asked.at.astimezone(world.zone(pack, asked)).date()
    return today < months_after(began, rule.get("min_months", 0))


def _kept_too_long(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if "max_months" not in rule or (rule.get("legal_hold", True) and asked.given.get("legal_hold")):
        return False
    began = asked.given.get(rule.get("clock", "record_created"))
    today = asked.at.astimezone(world.zone(pack, asked)).date()
    return began is None or today >= months_after(began, rule["max_months"])


def sum_of(money: Any) -> int:
    if isinstance(money, Mapping):
        money = money["minor"]
    return int(money or 0)
