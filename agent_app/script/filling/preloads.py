"""jr:preload: values the form wants from its surroundings."""

from __future__ import annotations

from agent_app.script.filling.live import Live
from agent_app.script.record import RecordNode
from agent_app.script.xpath.functions.codes import random_uuid
from agent_app.script.xpath.values import moment_text


def first_load(live: Live, under: RecordNode) -> None:
    """Fill every preloaded node that is set when a record begins."""
    for node in under.below():
        bind = node.definition.bind
        if bind.preload and (bind.preload, bind.preload_params) != ("timestamp", "end"):
            value = _value(live, bind.preload, bind.preload_params, node.stored)
            if value is not None:
                live.put(node, value)


def finish(live: Live) -> None:
    """Fill the end time; called when the record is being made final."""
    for node in live.walk():
        bind = node.definition.bind
        if (bind.preload, bind.preload_params) == ("timestamp", "end"):
            live.put(node, str(moment_text(live.now(), live.zone)))
    live.flush()


def _value(live: Live, kind: str, params: str, held: str) -> str | None:
    if kind == "uid":
        return held or "uuid:" + random_uuid(live.entropy(16))
    if kind == "timestamp":
        return str(moment_text(live.now(), live.zone))
    if kind == "date":
        return live.now().astimezone(live.zone).date().isoformat()
    if kind == "property":
        return live.preloads.get(params)
    if kind in ("context", "uuid"):
        return live.preloads.get(params)
    return None
