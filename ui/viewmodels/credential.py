"""Who stands at the door, signed for whoever opens it."""

from __future__ import annotations

from collections.abc import Callable

from agent_app.actions.credentials import Credential, issue_credential
from ui.viewmodels.visit import VisitModel

__all__ = ["Credential", "ask_credential"]


def ask_credential(visit: VisitModel, done: Callable[[Credential], object]) -> None:
    """Sign one for this appointment; `done` gets it."""
    visit.act(
        issue_credential,
        case=visit.case_id,
        visit=visit.visit,
        done=lambda change: done(change.made),
    )
