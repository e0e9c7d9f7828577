"""Work on every core gives what one core gives, in its order."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue
from threading import BoundedSemaphore, Event

import pytest

from agent_app.domain.errors import BadInput
from agent_app.journal import chain
from agent_app.threads import LEAST, ahead, settle, spread, together
from tests.support.journals import Device


@pytest.mark.parametrize("cores", [None, 1, 2, 3, 64])
@pytest.mark.parametrize("count", [0, 1, 2 * LEAST - 1, 2 * LEAST, 7 * LEAST + 5])
def test_results_come_in_order(count: int, cores: int | None) -> None:
    assert spread(str, range(count), cores) == [str(n) for n in range(count)]


def test_a_fault_is_raised_as_it_would_be_here() -> None:
    def refuse(number: int) -> int:
        if number == 3 * LEAST:
            raise BadInput("no")
        return number

    with pytest.raises(BadInput, match="no"):
        spread(refuse, range(4 * LEAST), 2)


def test_a_long_journal_is_judged_like_each_of_its_events() -> None:
    device = Device()
    while len(device.events) < 2 * LEAST:
        device.visit()
    events = device.events
    for place, change in ((3, {"bt": 1}), (LEAST, {"sig": "?"}), (-2, {"kind": "disclosed"})):
        events[place] = events[place].but(**change)
    events[9] = events[9].but(body={"documents": []})
    alone = [fault for one in events for fault in chain.check_event(one, device.public)]
    assert [fault.row for fault in alone] == [4, 10, LEAST + 1, len(events) - 1]
    found = chain.check(events, device.public)
    assert [one for one in found if one.field in ("body", "sig")] == alone
    assert [one.row for one in found if one.field == "prev"] == [5, LEAST + 2, len(events)]


def test_the_next_is_made_while_the_last_is_worked_on() -> None:
    made: Queue[int] = Queue()

    def items() -> Iterator[int]:
        for number in range(3):
            made.put(number)
            yield number

    coming = ahead(items())
    assert [next(coming), made.get(timeout=9), made.get(timeout=9)] == [0, 0, 1]
    assert [*coming] == [1, 2]


def test_what_goes_wrong_ahead_is_met_in_its_turn() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise BadInput("no")

    coming = ahead(items())
    assert next(coming) == 1
    with pytest.raises(BadInput, match="no"):
        next(coming)


def test_who_stops_early_waits_for_nobody() -> None:
    held = Event()

    def items() -> Iterator[int]:
        yield 1
        held.wait()

    coming = ahead(items())
    next(coming)
    coming.close()
    held.set()


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_more_are_under_way_than_may_be(most: int) -> None:
    room = BoundedSemaphore(most)

    def work(number: int) -> int:
        assert room.acquire(blocking=False)
        room.release()
        return -number

    assert [*together(work, range(20), most)] == [-number for number in range(20)]


def test_all_are_settled_before_it_goes_on() -> None:
    done: Queue[int] = Queue()
    settle(done.put, range(20))
    assert done.qsize() == 20
    with pytest.raises(BadInput, match="disk"):
        settle(_broken, range(3))


def _broken(number: int) -> None:
    raise BadInput("disk")
