"""Years of visits beside each other: the same remarks, without comparing every pair."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_app.domain.events import FIRST_PREV, Event
from agent_app.journal.account import Account
from agent_app.journal.copies import NEAR_BITS, NEAR_COURSE, NEAR_INK, Copies
from agent_app.journal.flag import Flag
from agent_app.journal.peers import Peers

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def visit(number: int, kind: str, body: dict[str, object], user: str = "u1") -> Account:
    """A visit in which one thing is told."""

    def event(seq: int, kind: str, body: dict[str, object]) -> Event:
        at = START + timedelta(hours=number, minutes=seq)
        return Event(
            id=f"{number}-{seq}", device=user, user=user, seq=seq, prev=FIRST_PREV, kind=kind,
            case=f"c{number}", visit=f"v{number}", wall=at.isoformat(timespec="milliseconds"),
            tz="Asia/Shanghai", boot="b", bt=0, body=body,
        )  # fmt: skip

    told = (event(1, "visit_started", {"address": "h1", "crew": [user]}), event(2, kind, body))
    return Account(f"v{number}", f"c{number}", user, user, frozenset([user]), "h1", None, told)


def marked(number: int, kind: str, mark: str) -> Account:
    if kind == "agreement_signed":
        return visit(number, kind, {"signers": [{"ink": mark}]})
    return visit(number, kind, {"marks": {"look": mark, "course": mark}})


def moved(draw: Random, mark: str, steps: int, *, bits: bool) -> str:
    """`mark`, `steps` away: bits turned over, or digits one higher or lower."""
    digits = [int(one, 16) for one in mark]
    if bits:
        for place in draw.sample(range(4 * len(digits)), steps):
            digits[place // 4] ^= 1 << place % 4
    else:
        for place in draw.sample(range(len(digits)), steps):
            digits[place] += 1 if digits[place] < 8 else -1
    return "".join(f"{one:x}" for one in digits)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_likeness_is_found_just_up_to_its_limit(seed: int) -> None:
    draw = Random(seed)
    kind, length, most = draw.choice(
        (
            ("photo_taken", 64, NEAR_BITS),
            ("recording_stopped", 64, NEAR_COURSE),
            ("agreement_signed", 32, NEAR_INK),
        )
    )
    kept = "".join(draw.choice("0123456789abcdef") for _ in range(length))
    others = ["".join(draw.choices("0123456789abcdef", k=length)) for _ in range(6)]
    steps = draw.randint(0, most + 2)
    again = moved(draw, kept, steps, bits=kind == "photo_taken")
    accounts = [marked(n, kind, mark) for n, mark in enumerate([*others, kept, again])]
    found: list[Flag] = list(Copies(accounts).flags(accounts[-1]))
    assert [one.facts["case"] for one in found] == (["c6"] if steps <= most else [])


def test_an_agent_of_many_years_is_still_held_against_the_others() -> None:
    own = [
        visit(n, "outcome_recorded", {"code": "promise" if n % 2 else "nobody"})
        for n in range(1500)
    ]
    others = [visit(n, "outcome_recorded", {"code": "nobody"}, "u2") for n in range(2000, 2060)]
    peers = Peers([*own, *others])
    (flag,) = peers.flags(own[1])
    assert flag.facts["times"] == 750
    assert list(peers.flags(own[0])) == []
