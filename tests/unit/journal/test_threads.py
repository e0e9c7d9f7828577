"""Work on every core gives what one core gives, in its order."""

from __future__ import annotations

import pytest

from agent_app.domain.errors import BadInput
from agent_app.journal import chain
from agent_app.journal.threads import LEAST, spread
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
