"""A visit the lead sent back stands before the day's doors."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from ui.pages.today import TodayPage
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.today import TodayModel
from ui.widgets.lists import Row


def test_a_visit_sent_back_leads_the_day(qtbot: QtBot, office: Office, text: Text) -> None:
    model = TodayModel(office)
    page = TodayPage(model, text)
    qtbot.addWidget(page)
    page.arrive()
    qtbot.waitUntil(lambda: model.day is not None)
    assert model.day is not None
    first, *others = model.day.doors
    model.day = replace(model.day, doors=(replace(first, sent_back=True), *others))
    page.fill()
    row = page.findChild(Row, f"sent-back-{first.case}")
    assert row is not None
    with qtbot.waitSignal(page.go) as went:
        row.opened.emit()
    assert went.args == ["case", first.case]
