"""Repeats on the visit page: one more, one less, and as many after a crash."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.ui.conftest import open_page, with_script
from tests.ui.hand import Hand
from ui.text import Text
from ui.viewmodels.office import Office

DEBTS = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model>
<instance><data id="t"><debt jr:template=""><to/></debt><q/></data></instance>
<bind nodeset="/data/debt/to" type="string" required="true()"/><bind nodeset="/data/q"/>
</model></h:head><h:body>
<group ref="/data/debt"><label>Debt</label><repeat nodeset="/data/debt">
<input ref="/data/debt/to"><label>to</label></input></repeat></group>
<input ref="/data/q"><label>q</label></input></h:body></h:html>"""


def test_one_more_one_less_and_as_many_after_a_crash(
    qtbot: QtBot, office: Office, visit: str, text: Text
) -> None:
    here = with_script(office, DEBTS)
    hand = Hand(qtbot, open_page(qtbot, here, visit, text), here.jobs)
    hand.press("visit-add")
    hand.type("q-/data/debt[1]/to", "A bank")
    hand.press("visit-next")
    hand.press("visit-add")
    hand.type("q-/data/debt[2]/to", "A friend")
    hand.press("visit-remove")
    again = Hand(qtbot, open_page(qtbot, here, visit, text), here.jobs)
    again.press("visit-jump")
    assert again.sees("jump-/data/debt[1]/to")
    assert not again.sees("jump-/data/debt[2]/to")
