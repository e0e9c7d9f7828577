"""What hands may try at a door through the app's own actions, in any order, and what may happen
meanwhile: the clock, the office, another person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from agent_app.actions.answers import answer
from agent_app.actions.consents import CONTACT_TIME, give_consent, withdraw_consent
from agent_app.actions.desk import Desk
from agent_app.actions.door import check_identity, leave_wrong_person, meet_debtor_after_all
from agent_app.actions.letters import deliver_letter, print_letter
from agent_app.actions.record import record
from agent_app.actions.rights import state_right
from agent_app.actions.visits import abort_visit, end_visit
from agent_app.actions.wishes import offered, state_wishes
from agent_app.domain.errors import BadInput, NotAllowed, Unavailable
from agent_app.domain.moment import Moment
from agent_app.packs import PackSet
from agent_app.script.deeds import Field
from agent_app.store import cases, meta
from tests.support.case_rows import raw
from tests.unit.rules.test_rule_laws import SAID, tried

About = Mapping[str, Any]
Try = Callable[[Desk, Moment, About, Random], object]
RIGHTS = ("dispute", "stop_contact", "adviser", "not_my_debt", "hardship", "vulnerable")
MET = ("self_identified", "third_party", "other", "minor", "nobody")


def an_event(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    kind, body = tried(draw)
    if kind == "letter_printed":
        body = {**body, **SAID["letter"]}
    if kind == "agreement_signed":
        body = {**body, "terms": SAID["terms"]}
    return record(desk, at, kind, body, **about)


def an_identity(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    last = draw.choice(("0001", "0001", "9999"))
    return check_identity(desk, at, answers={"id_last4": "002X", "phone_last4": last}, **about)


def a_right(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    said = {"reason": "amount", "name": "周律师", "note": "原话"}
    return state_right(desk, at, right=draw.choice(RIGHTS), said=said, language="zh_CN", **about)


def an_answer(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    """A question of the script, as the visit page keeps it."""
    ds, value, several = draw.choice(
        (
            ({"event": "person_met", "exit": "minor=minor_alone"}, draw.choice(MET), False),
            ({"event": "hardship_stated"}, "illness income_lost", True),
            (
                {"event": "contact_changed"},
                draw.choice(("mornings", "phone_only", "letters_only", "none")),
                True,
            ),
            ({"exit": "any", "panel": "stop"}, draw.choice(("threat", "window_closing")), False),
            ({"event": "refused:third_party_refused"}, "refused", False),
        )
    )
    field = Field(ds, value, several)
    return answer(
        desk, at, ref="/data/q", field=field, snapshot={"form": "", "session": {}}, **about
    )


def a_consent(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    until = at.wall + timedelta(minutes=draw.randint(10, 180))
    return give_consent(desk, at, to=CONTACT_TIME, since=at.wall, until=until, **about)


def a_consent_taken_back(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    return withdraw_consent(desk, at, to=CONTACT_TIME, **about)


def a_wish(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    return state_wishes(
        desk, at, wishes=draw.sample(sorted(offered(desk, about["case"])), 2), **about
    )


def a_stranger(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    return leave_wrong_person(desk, at, **about)


def the_debtor_after_all(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    return meet_debtor_after_all(desk, at, **about)


def a_letter(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    """Rarely: setting a paper takes a hundred milliseconds."""
    if draw.random() < 0.8:
        return None
    made = print_letter(desk, at, template="overdue_notice", language="zh_CN", **about).made
    return deliver_letter(desk, at, serial=made[0], how="hand", proof="receipt_signature", **about)


def a_sync(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    """The office took everything so far, and sends the case as it now stands there."""
    row = cases.now(desk.db, about["case"])
    desk.db.execute("UPDATE events SET state = 'applied' WHERE case_id = ?", [about["case"]])
    if row is not None:
        cases.put_base(desk.db, [raw(row)])
    meta.put(desk.db, "last_sync", at.wall.isoformat())
    return None


def a_recall(desk: Desk, at: Moment, about: About, draw: Random) -> object:
    if draw.random() < 0.3:
        cases.recall(desk.db, about["case"], at.wall.isoformat())
    return None


TRIES: tuple[Try, ...] = (
    *(an_event,) * 10, *(an_identity,) * 3, *(an_answer,) * 3, a_right, a_consent,
    a_consent_taken_back, a_wish, a_stranger, the_debtor_after_all, a_letter, a_sync, a_recall,
)  # fmt: skip


def some_visit(
    desk: Desk, at: Moment, about: About, draw: Random, packs: tuple[PackSet, ...]
) -> Moment:
    """Whatever is drawn, until it is closed; the clock goes on, jumps and is set back, and the
    office's packs change under the hand. The moment it was closed."""
    for _ in range(draw.randint(4, 16)):
        at = _later(at, draw.choice((5, 30, 120, 600, 1800)))
        if draw.random() < 0.08:
            at = replace(at, wall=at.wall - timedelta(minutes=draw.choice((2, 90))))
        if draw.random() < 0.05:
            desk = replace(desk, packs=draw.choice(packs))
        with suppress(NotAllowed, BadInput, Unavailable):
            draw.choice(TRIES)(desk, at, about, draw)
    at = _later(at, 20)
    try:
        end_visit(desk, at, **about)
    except NotAllowed:
        abort_visit(desk, at, reason="asked_to_leave", **about)
    return at


def _later(at: Moment, seconds: int) -> Moment:
    return replace(at, wall=at.wall + timedelta(seconds=seconds), bt=at.bt + seconds * 1000)
