"""A sheet to turn towards whoever opened: scan it and check who we are. Nothing of a debt."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.documents.qr import modules
from ui.text import Text
from ui.viewmodels.credential import Credential, ask_credential
from ui.viewmodels.visit import VisitModel
from ui.widgets.button import Button
from ui.widgets.card import Facts
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.overlay import Sheet
from ui.widgets.qr import QrView

_WIDE = 640


def credential_button(page: QWidget, model: VisitModel, text: Text) -> Button:
    """Signs a credential for this appointment and opens its sheet."""
    show = Button(text.say("credential.show"), "quiet", glyph="shield", name="credential-show")
    show.clicked.connect(
        lambda: ask_credential(model, lambda shown: credential_sheet(page, shown, text))
    )
    return show


def credential_sheet(page: QWidget, shown: Credential, text: Text) -> Sheet:
    """The code, large; name, badge and agency beneath, as the check page will say them."""
    code = QrView(
        modules(shown.link, level="L"), text.say("credential.title"), name="credential-qr"
    )
    facts = Facts(
        [
            (text.say("credential.name"), f"{shown.name}  {shown.badge}"),
            (text.say("credential.agency"), shown.agency),
            (text.say("credential.until"), text.moment(shown.until)),
            (text.say("credential.code"), shown.code),
        ]
    )
    content = QWidget()
    box = column(gap=2)
    box.addWidget(Label(text.say("credential.remark"), "body", ink="soft"))
    box.addWidget(code, 0, Qt.AlignmentFlag.AlignHCenter)
    box.addWidget(facts)
    content.setLayout(box)
    return Sheet(
        page, text.say("credential.title"), content, close=text.say("page.close"),
        name="credential-sheet", width=_WIDE,
    )  # fmt: skip
