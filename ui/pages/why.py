"""The "why" behind a finding: the rule in words, its source and force, and what decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from PySide6.QtWidgets import QWidget

from agent_app.domain.rules import Citation
from agent_app.queries.why import Reason
from ui.text import Text
from ui.widgets.badge import Badge
from ui.widgets.card import Facts
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.overlay import Sheet


def why_sheet(
    page: QWidget,
    text: Text,
    words: str,
    citation: Citation,
    rule: str,
    *,
    also: Iterable[Citation] = (),
    because: Iterable[Reason] = (),
    next_allowed: datetime | None = None,
) -> Sheet:
    """Nothing recalled or of the house's own is called law; `also` are further sources that say
    the same."""
    facts = Facts(
        [
            (text.say("case.why_source"), text.pick(citation.title)),
            (text.say("case.why_locator"), text.pick(citation.locator) or "–"),
            (text.say("case.why_force"), force_badge(citation, text)),
        ]
    )
    if more := "\n".join(text.source(one.title, one.locator) for one in also):
        facts.add(text.say("case.why_also"), more)
    if told := "\n".join(reason_line(one, text) for one in because):
        facts.add(text.say("case.why_because"), told)
    if next_allowed is not None:
        facts.add(text.say("case.why_next"), text.moment(next_allowed))
    facts.add(text.say("case.why_rule"), rule)
    content = QWidget()
    content.setLayout(column(Label(words, "heading"), facts, gap=2))
    return Sheet(
        page, text.say("case.why_title"), content, close=text.say("page.close"), name="why-sheet"
    )


def force_badge(citation: Citation, text: Text) -> Badge:
    """What kind of source, and whether it was read or is only remembered."""
    if citation.status == "recalled":
        return Badge(text.say("rulebook.recalled"), "warn")
    words = text.say(f"rulebook.force_{citation.force}")
    return Badge(words, "success" if citation.is_law else "neutral")


def reason_line(one: Reason, text: Text) -> str:
    if one.kind:
        what = text.choose(f"events.{one.kind}", one.kind)
        at = text.moment(one.at) if one.at else ""
        where = text.say("case.why_beside", case=one.case) if one.case else ""
        return " · ".join(filter(None, (what, at, one.by, where)))
    if one.earlier:
        return text.say("case.why_earlier", at=text.written(one.earlier))
    name = text.pick(one.name)
    if one.case:
        return " · ".join((name, text.say("case.why_beside", case=one.case)))
    return text.say("case.why_held", who=one.by, what=name) if one.by else name


def lines_of(because: Iterable[str], known: Mapping[str, Reason]) -> list[Reason]:
    return [known[ref] for ref in because if ref in known]
