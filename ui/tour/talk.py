"""What is said and done at the doors of the tour: answers by question, and how panels are worked."""

from __future__ import annotations

import math

from ui.tour.hand import Hand
from ui.tour.looks import look_again

TALK = {
    "ready": "two_agents badge authorisation_letter recorder sealed_letter plain_dress",
    "who": "self_identified",
    "documents": "badge authorisation_letter",
    "place": "door",
    "privacy": "alone",
    "hardship": "income_lost",
    "dispute": "none",
    "care": "none",
    "wishes": "none",
    "delivery": "handed_signed",
    "check_amount": "right",
    "check_date": "right",
    "check_missed": "right",
}
SOMEONE_ELSE = {
    "ready": TALK["ready"],
    "who": "third_party",
    "third_answer": "will_tell",
    "outcome": "message_left",
}
STOPPED = {"outcome": "asked_to_leave"}
PICTURED = {
    "ready": "visit-before",
    "who": "visit-who-opens",
    "documents": "visit-introduce",
    "recording": "visit-recording",
    "identity": "visit-identity",
    "told": "visit-statement",
    "hardship": "visit-listen",
    "budget": "visit-budget",
    "plan": "visit-plan",
    "agreement": "visit-signed",
    "letter": "visit-letter",
    "channel_shown": "visit-payment",
    "outcome": "visit-outcome",
}


def _budget(hand: Hand) -> None:
    for name, amount in (("pay", "8600"), ("housing", "2200"), ("food", "1500")):
        hand.type(f"budget-{name}", amount)
    hand.press("budget-keep")


def _plan(hand: Hand) -> None:
    hand.wait(lambda: hand.sees("plan-options"), "plans to choose from")
    hand.press_first("plan-options")
    hand.press("plan-offer")


def _sign(hand: Hand) -> None:
    """Turn the screen round: read, answer the three checks, sign for each who must, turn back."""
    hand.press("agreement-turn")
    hand.wait(lambda: hand.sees("agreement-rows"), "the terms, large")
    hand.picture("agreement-read")
    look_again(hand, "agreement")
    hand.wait(lambda: hand.sees("agreement-rows"), "the terms, large")
    hand.press("agreement-next")
    terms = hand.model().terms
    for name, right in (
        ("amount", str(terms.first.minor)),
        ("date", str(terms.first_due.day)),
        ("missed", "tell"),
    ):
        hand.choose(f"check-{name}", right)
    hand.picture("agreement-understood")
    hand.press("agreement-next")
    hand.draw("ink-debtor", SIGNATURE)
    hand.picture("agreement-signing")
    hand.press("agreement-next")
    hand.draw("ink-agent", SIGNATURE)
    hand.picture("agreement-second-hand")
    hand.press("agreement-next")
    hand.wait(lambda: hand.sees("agreement-sealed"), "the sealed agreement")
    hand.look(1.0)
    hand.picture("agreement-sealed")
    hand.press("agreement-next")
    hand.wait(lambda: hand.sees("visit-next"), "the visit page again")


SIGNATURE = [
    (0.2 + 0.5 * part + 0.05 * math.sin(25 * part), 0.5 + 0.25 * math.sin(11 * part))
    for part in (n / 60 for n in range(61))
]
PANELS = {
    "recording": lambda hand: hand.press("recorder-agree"),
    "recorder_off": lambda hand: hand.press("recorder-stop"),
    "budget": _budget,
    "plan": _plan,
    "agreement": _sign,
    "letter": lambda hand: hand.press("letter-make"),
    "channel_shown": lambda hand: hand.press("payment-shown"),
}
