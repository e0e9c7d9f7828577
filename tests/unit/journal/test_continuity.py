"""Forks, gaps and restored copies, as the server's intake sees them."""

from __future__ import annotations

import random

import pytest

from agent_app.domain.events import FIRST_PREV, Event
from agent_app.journal import chain
from agent_app.journal.continuity import Contact, Continuity, contact, place
from tests.support.journals import Device


def head_of(events: list[Event]) -> tuple[int, str]:
    return (len(events), chain.event_hash(events[-1])) if events else (0, FIRST_PREV)


class Server:
    """What an intake keeps of one device, and the verdicts it would give."""

    def __init__(self) -> None:
        self.known: dict[int, str] = {}

    def meet(self, device: Device) -> Contact:
        return contact(*head_of(device.events), len(self.known), self.known.get)

    def take(self, event: Event) -> Continuity:
        digest = chain.event_hash(event)
        verdict = place(event.seq, event.prev, digest, len(self.known), self.known.get)
        if verdict is Continuity.NEXT:
            self.known[event.seq] = digest
        return verdict


def copy_of(device: Device) -> Device:
    return Device(device.name, device.user, device.moment, list(device.events))


def test_retries_gaps_and_order() -> None:
    device, server = Device(), Server()
    events = device.visit()
    assert server.meet(device) is Contact.AHEAD
    assert server.take(events[1]) is Continuity.GAP
    assert [server.take(event) for event in events] == [Continuity.NEXT] * len(events)
    assert server.take(events[3]) is Continuity.DUPLICATE
    assert server.meet(device) is Contact.SAME
    assert server.meet(Device()) is Contact.RESTORED


@pytest.mark.parametrize("seed", range(50))
def test_fifty_clones_and_restores_are_all_flagged_and_honest_runs_never(seed: int) -> None:
    chance = random.Random(seed)
    device, server = Device(), Server()
    twin: Device | None = None
    for step in range(chance.randint(6, 30)):
        if step == 3:
            twin = copy_of(device)
        device.record("comment_added", {"text": f"{seed} {step}"})
        if chance.random() < 0.5 or step == 4:
            assert server.meet(device) in (Contact.AHEAD, Contact.SAME)
            for event in device.events[chance.randint(0, len(server.known)) :]:
                assert server.take(event) in (Continuity.NEXT, Continuity.DUPLICATE)
    assert twin is not None
    if seed % 2:
        for step in range(chance.randint(1, 40)):
            twin.record("comment_added", {"text": f"twin {step}"})
    flagged = server.meet(twin) in (Contact.RESTORED, Contact.FORK)
    flagged = flagged or Continuity.FORK in [server.take(event) for event in twin.events]
    assert flagged


def test_a_branch_right_at_the_head_is_a_fork() -> None:
    device, server = Device(), Server()
    twin = copy_of(device)
    server.take(device.record("comment_added", {"text": "a"}))
    twin.record("comment_added", {"text": "b"})
    second = twin.record("comment_added", {"text": "c"})
    assert server.meet(twin) is Contact.AHEAD
    assert server.take(second) is Continuity.FORK


def test_another_past_is_a_fork_at_the_head_and_behind_it() -> None:
    device, server = Device(), Server()
    twin = copy_of(device)
    twin.record("comment_added", {"text": "another first"})
    for text in ("a", "b"):
        server.take(device.record("comment_added", {"text": text}))
    assert server.meet(twin) is Contact.FORK
    twin.record("comment_added", {"text": "another second"})
    assert server.meet(twin) is Contact.FORK
