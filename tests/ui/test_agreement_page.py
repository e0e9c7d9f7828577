"""From budget to the debtor's signature, by hand, on a real desk with a real certificate."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from tests.ui.hand import Hand
from tests.ui.test_visit_page import kinds, open_the_door
from ui.pages.agreement import AgreementPage
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.viewmodels.office import Office
from ui.widgets.question import QuestionBox

TALK = (
    {"place": "door", "privacy": "alone"},
    {"told": "OK"},
    {"rights": "OK"},
    {"hardship": "income_lost"},
    {"dispute": "none"},
    {"care": "none"},
    {"wishes": "none"},
    {"way": "plan"},
)


def say(hand: Hand, name: str, value: str) -> None:
    """Press the card of `value` under the question that ends in `name`."""
    boxes = hand.window.findChildren(QuestionBox)
    box = next(b for b in boxes if b.isVisible() and b.view.ref.endswith(f"/{name}"))
    hand.choose(f"q-{box.view.ref}", value)


def reach_the_plan(hand: Hand) -> None:
    open_the_door(hand)
    hand.type("identity-id_last4", "002X")
    hand.type("identity-phone_last4", "0001")
    hand.press("identity-check")
    hand.press("visit-next")
    for screen in TALK:
        for name, value in screen.items():
            say(hand, name, value)
        hand.press("visit-next")
    for line, sum_ in (("pay", "8600"), ("housing", "2200"), ("food", "1500")):
        hand.type(f"budget-{line}", sum_)
    hand.press("budget-keep")
    assert hand.typed("budget-housing") == "2200.00"  # what was recorded still stands there
    hand.press("visit-next")


def test_a_plan_is_chosen_understood_and_signed(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    reach_the_plan(hand)
    hand.choose("plan-options", "1")
    hand.press("plan-offer")
    assert hand.sees("plan-result")
    hand.press("visit-next")
    say(hand, "terms_read", "OK")
    hand.press("visit-next")
    for question in ("check_amount", "check_date", "check_missed"):
        say(hand, question, "right")
    hand.press("visit-next")
    asked: list[tuple[str, Any]] = []
    hand.window.go.connect(lambda name, target: asked.append((name, target)))
    hand.press("agreement-turn")
    (page, (case, same, _, plan)) = asked[0]
    assert (page, case, same) == ("agreement", "case-1", visit)
    turned = turn_round(qtbot, office, text, visit, plan)
    sign(turned)
    hand.window.arrive()
    hand.settle()
    hand.press("visit-next")
    held = kinds(qtbot, office, visit)
    assert held.count("agreement_signed") == 1
    assert held.index("plan_offered") < held.index("agreement_signed")


def turn_round(qtbot: QtBot, office: Office, text: Text, visit: str, plan: dict[str, Any]) -> Hand:
    page = AgreementPage(AgreementModel(office, "case-1", visit, plan, "zh_CN"), text)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.arrive()
    turned = Hand(qtbot, page, office.jobs)
    turned.settle()
    return turned


def sign(turned: Hand) -> None:
    """Read, fail twice, understand, sign; the seal comes only at the end."""
    model = turned.window._model
    turned.press("agreement-next")
    assert not turned.find("agreement-next").isEnabled()
    turned.choose("check-missed", "family")
    turned.choose("check-missed", "nothing")
    assert turned.sees("agreement-pause")
    turned.choose("check-missed", "tell")
    turned.choose("check-amount", str(model.terms.first.minor))
    turned.choose("check-date", str(model.terms.first_due.day))
    assert not turned.sees("agreement-pause")
    turned.press("agreement-next")
    assert not turned.find("agreement-next").isEnabled()
    for role in model.required():
        turned.sign(f"ink-{role}")
    turned.press("agreement-next")
    assert turned.sees("agreement-sealed")
