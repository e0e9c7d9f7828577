"""A sheet over the case: the debtor was told when we come and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget

from ui.text import Text
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.field import TextArea
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.overlay import Acting, Sheet

HOURS = ((10, 0), (15, 0), (18, 30))
DAYS = 3
SOON = timedelta(minutes=30)

Told = Callable[[str, datetime, str, bool, bool], object]


def appointment_sheet(
    page: QWidget,
    now: datetime,
    text: Text,
    channels_known: Sequence[str],
    told: Told,
    *,
    acting: Acting | None = None,
    away: bool = False,
    agreed: datetime | None = None,
    take_back: Callable[[], object] = lambda: None,
) -> Sheet:
    """`channels_known` are the ways to tell; `told` gets the channel, the time
    (aware), the purpose, and whether the debtor asked for that time, and to be met elsewhere than
    at home (asked only where `away`): then they agree to it; `acting` keeps it.
    `agreed` is the end of what they have agreed to already; `take_back` says they no longer do."""
    times = slots(now)
    channels = Choices(
        [Option(name, text.say(f"case.channel_{name}")) for name in channels_known],
        columns=3,
        chosen=("call",),
        name="appointment-channel",
    )
    when = Choices(
        [Option(str(place), text.moment(at)) for place, at in enumerate(times)],
        columns=2,
        name="appointment-time",
    )
    whose = Choices(
        [Option(name, text.say(f"case.time_{name}")) for name in ("proposed", "asked_for")],
        columns=2,
        chosen=("proposed",),
        name="appointment-whose",
    )
    where = Choices(
        [Option(name, text.say(f"case.place_{name}")) for name in ("home", "elsewhere")],
        columns=2,
        chosen=("home",),
        name="appointment-where",
    )
    purpose = TextArea(text.say("case.purpose"), name="appointment-purpose")
    purpose.set_text(text.say("case.purpose_usual"))
    back = Button(text.say("case.agreed_back"), "quiet", glyph="undo", name="appointment-back")
    content = QWidget()
    content.setLayout(
        column(
            Banner(text.say("case.appointment_remark"), "", "info"),
            *_agreed(agreed, text, back),
            Label(text.say("case.appointment_channel"), "strong"),
            channels,
            Label(text.say("case.appointment_time"), "strong"),
            when,
            Label(text.say("case.time_whose"), "strong"),
            whose,
            *((Label(text.say("case.place_whose"), "strong"), where) if away else ()),
            purpose,
            gap=2,
        )
    )
    keep = Button(
        text.say("case.appointment_keep"), "primary", glyph="check", name="appointment-keep"
    )
    keep.setEnabled(False)
    when.picked.connect(lambda _: keep.setEnabled(True))
    sheet = Sheet(
        page, text.say("case.appointment"), content, close=text.say("page.close"),
        name="appointment-sheet", width=720, actions=(keep,),
    )  # fmt: skip

    def done() -> None:
        agrees = whose.chosen() == ("asked_for",), where.chosen() == ("elsewhere",)
        at = times[int(when.chosen()[0])]
        said = channels.chosen()[0], at, purpose.text(), *agrees
        sheet.leave_to(acting, lambda: told(*said))

    def taken_back() -> None:
        sheet.leave()
        take_back()

    keep.clicked.connect(done)
    back.clicked.connect(taken_back)
    return sheet


def _agreed(until: datetime | None, text: Text, back: Button) -> list[QWidget]:
    """What they agreed to, and the way to take it back."""
    if until is None:
        return []
    return [Banner(text.say("case.agreed", at=text.moment(until)), "", "success"), back]


def slots(now: datetime) -> list[datetime]:
    """Times to offer: soon, then usual hours of today and the next days."""
    soon = (now + SOON).replace(second=0, microsecond=0)
    found = [soon]
    for day in range(DAYS):
        for hour, minute in HOURS:
            at = (now + timedelta(days=day)).replace(
                hour=hour, minute=minute, second=0, microsecond=0
            )
            if at > soon:
                found.append(at)
    return found[:6]
