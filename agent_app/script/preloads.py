"""jr:preload: values the form wants from its surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_app.script.record import RecordNode
from agent_app.script.xpath.functions.strings import random_uuid
from agent_app.script.xpath.values import moment_text

if TYPE_CHECKING:
    from agent_app.script.session import Session


def first_load(session: Session, under: RecordNode | None = None) -> None:
    """Fill every preloaded node that is set when a record (or repeat instance) begins."""
    for node in (under or session.record).below():
        bind = node.definition.bind
        if bind.preload and (bind.preload, bind.preload_params) != ("timestamp", "end"):
            value = _value(session, bind.preload, bind.preload_params, node.stored)
            if value is not None:
                session.put(node, value)


def finish(session: Session) -> None:
    """Fill the end time; called when the record is being made final."""
    for node in session.walk():
        bind = node.definition.bind
        if (bind.preload, bind.preload_params) == ("timestamp", "end"):
            session.put(node, str(moment_text(session.now(), session.zone)))
    session.flush()


def _value(session: Session, kind: str, params: str, held: str) -> str | None:
    if kind == "uid":
        return held or "uuid:" + random_uuid(session.entropy(16))
    if kind == "timestamp":
        return str(moment_text(session.now(), session.zone))
    if kind == "date":
        return session.now().astimezone(session.zone).date().isoformat()
    if kind == "property":
        return session.preloads.get(params)
    if kind in ("context", "uuid"):
        return session.preloads.get(params)
    return None
