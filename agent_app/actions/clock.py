"""What time it may be. A device's clock can be set; the clock since boot cannot, and the office
has its own. Events keep the device's time as it is; the rules are asked of both."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_app.domain.moment import Moment
from agent_app.domain.rules.facts import CLOCK_SLACK
from agent_app.store import events, meta
from agent_app.store.db import Database


def behind(db: Database, at: Moment) -> timedelta:
    """How far this device's clock is behind the time it should show (negative: ahead); zero
    within what two clocks may differ.

    In the boot of the last sync the office's time counts on. Otherwise only a clock set back is
    known: it may not show less than the newest own event, in the same boot not less than the
    time since it.
    """
    told = meta.get(db, "clock")
    if told is not None and told["boot"] == at.boot:
        since = timedelta(milliseconds=at.bt - told["bt"])
        return _beyond(datetime.fromisoformat(told["office"]) + since - at.wall)
    newest = events.newest_own(db)
    if newest is None:
        return timedelta()
    passed = timedelta(milliseconds=at.bt - newest.bt if newest.boot == at.boot else 0)
    return max(_beyond(newest.at + passed - at.wall), timedelta())


def _beyond(lag: timedelta) -> timedelta:
    return lag if abs(lag) > CLOCK_SLACK else timedelta()
