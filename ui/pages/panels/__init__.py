"""The app's own panels on the visit page, by the `ds:panel` of a question."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.pages.panels.agreement import agreement_panel
from ui.pages.panels.budget import BudgetPanel
from ui.pages.panels.identity import IdentityPanel
from ui.pages.panels.letter import DeliveryPanel, LetterPanel
from ui.pages.panels.payment import PaymentPanel
from ui.pages.panels.place import PhotoPanel, PositionPanel
from ui.pages.panels.plan import plan_panel
from ui.pages.panels.recorder import RecorderPanel
from ui.text import Text
from ui.viewmodels.panels import Panels

PANELS: dict[str, Callable[[NodeView, Panels, Text], QWidget]] = {
    "identity": IdentityPanel,
    "recorder": RecorderPanel,
    "budget": BudgetPanel,
    "plan": plan_panel,
    "agreement": agreement_panel,
    "letter": LetterPanel,
    "delivery": DeliveryPanel,
    "payment": PaymentPanel,
    "position": PositionPanel,
    "photo": PhotoPanel,
}
