"""Outbox: where each visit's record is now, in words: saved, queued, received, confirmed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.queries.outbox import STATES, Outbox, Parcel
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.outbox import OutboxModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, EmptyState, SectionHeader
from ui.widgets.icon import Icon
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.speech import Folded

CUSTODY_TONE = {"saved": "info", "queued": "warn", "received": "accent", "confirmed": "success"}
CUSTODY_GLYPH = {
    "saved": "lock",
    "queued": "clock",
    "received": "check",
    "confirmed": "check-circle",
}


class OutboxPage(Page):
    """Nothing leaves this list silently."""

    def __init__(self, model: OutboxModel, text: Text) -> None:
        super().__init__(text, title=text.say("outbox.title"))
        self._model = model
        send = Button(text.say("outbox.sync"), "primary", glyph="sync", name="outbox-sync")
        send.clicked.connect(model.sync_wanted)
        self.tools.addWidget(send)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        found = self._model.outbox
        if found is None:
            return
        text = self.text
        synced = text.moment(found.last_sync) if found.last_sync else text.say("outbox.never")
        self.set_head(text.say("outbox.title"), text.say("outbox.last_sync", at=synced))
        body = self.refill()
        if found.total:
            body.addWidget(self._sum(found))
        if found.contradicted:
            title = text.say("outbox.contradicted", at=text.moment(found.contradicted))
            remark = text.say("outbox.contradicted_remark")
            body.addWidget(Banner(title, remark, "danger", name="outbox-contradicted"))
        if found.frozen:
            title, remark = text.say("outbox.frozen"), text.say("outbox.frozen_remark")
            body.addWidget(Banner(title, remark, "warn", name="outbox-frozen"))
        if found.begun_anew:
            title = text.say("outbox.begun_anew")
            remark = text.say("outbox.begun_anew_remark", at=text.moment(found.begun_anew))
            body.addWidget(Banner(title, remark, "info", name="outbox-begun-anew"))
        if found.not_read:
            title = text.say("outbox.not_read", n=found.not_read)
            remark = text.say("outbox.not_read_remark")
            body.addWidget(Banner(title, remark, "danger", name="outbox-not-read"))
        if found.refusals:
            body.addWidget(self._refusals(found))
        if not found.parcels:
            body.addWidget(
                EmptyState("outbox", text.say("outbox.empty"), text.say("outbox.empty_remark"))
            )
            return
        listing = ListCard(text.say("outbox.visits"))
        listing.add_all(map(self._parcel, found.parcels))
        body.addWidget(listing)
        body.addWidget(self._legend())

    def _sum(self, found: Outbox) -> QWidget:
        text = self.text
        if found.nothing_missing:
            title = text.say("outbox.all_there", n=found.confirmed, total=found.total)
            root = " ".join(found.root[at : at + 4] for at in range(0, 16, 4)).upper()
            return Banner(
                title, text.say("outbox.all_there_remark", root=root), "success", name="outbox-sum"
            )
        title = text.say("outbox.on_the_way", n=found.confirmed, total=found.total)
        return Banner(title, text.say("outbox.on_the_way_remark"), "info", name="outbox-sum")

    def _refusals(self, found: Outbox) -> QWidget:
        text = self.text
        card = Card(SectionHeader(text.say("outbox.refused"), text.say("outbox.refused_remark")))
        for one in found.refusals:
            kind = text.choose(f"events.{one.kind}", one.kind)
            reason = text.choose(f"refusals.{one.reason}", one.message or one.reason)
            card.body.addWidget(
                Banner(f"{kind} · {text.moment(one.at)}", reason, "danger", glyph="stop")
            )
        return card

    def _parcel(self, parcel: Parcel) -> Row:
        text = self.text
        parts = [text.moment(parcel.started_at)] if parcel.started_at else []
        parts.append(text.say("outbox.events", n=parcel.events))
        if parcel.files:
            parts.append(text.say("outbox.files", sent=parcel.files_sent, total=parcel.files))
        if parcel.receipt:
            signed = text.moment(parcel.receipt.signed_at)
            parts.append(text.say("outbox.receipt", entry=parcel.receipt.entry, at=signed))
        badge = Badge(
            text.say(f"outbox.{parcel.state}"),
            CUSTODY_TONE[parcel.state],
            glyph=CUSTODY_GLYPH[parcel.state],
        )
        return Row(
            parcel.debtor or text.say("outbox.other"),
            " · ".join(parts),
            end=badge,
            opens=False,
            name=f"parcel-{parcel.visit or parcel.case}",
        )

    def _legend(self) -> QWidget:
        """What each state means, in the order a record goes through them."""
        text = self.text
        card = ListCard()
        for state in STATES:
            title, remark = text.say(f"outbox.{state}"), text.say(f"outbox.{state}_remark")
            sign = Icon(CUSTODY_GLYPH[state], "accent", 24)
            card.add(Row(title, remark, lead=sign, opens=False))
        return Folded(text.say("outbox.how"), card, name="outbox-how")
