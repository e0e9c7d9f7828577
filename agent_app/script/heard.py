"""What was recorded outside the script and answers one of its questions (docs/scripts.md)."""

from __future__ import annotations

from collections.abc import Mapping

from agent_app.domain.events import KINDS
from agent_app.script.deeds import NOTHING
from agent_app.script.filling.views import NodeView

OTHER = "other"


def heard(view: NodeView, kind: str, body: Mapping[str, object]) -> str:
    """The answer of a question once `kind` was recorded elsewhere in the visit; its own value
    where that already says so, or where the question does not hear that kind.

    A question hears the kinds of its `ds:hears`, else of its `ds:event`. The choice named like
    what the event says is taken; else the choice tied to the kind, `other` before any.
    """
    if not hears(view, kind):
        return view.value
    tied = [item.partition(":")[0] for item in _spec(view) if item.endswith(f":{kind}")]
    needed = sorted(KINDS[kind])
    said = str(body.get(needed[0], "")) if needed else ""
    if not view.choices:
        return view.value or said
    chosen = _choice(view, said, tied)
    if not chosen:
        return view.value
    kept = [one for one in view.value.split() if one not in NOTHING]
    if view.kind == "select":
        return " ".join(kept if chosen in kept else [*kept, chosen])
    return view.value if kept else chosen


def hears(view: NodeView, kind: str) -> bool:
    """Whether a kind of event answers this question."""
    return any(item.rpartition(":")[2] == kind for item in _spec(view))


def _spec(view: NodeView) -> list[str]:
    return (view.ds.get("hears") or view.ds.get("event", "")).split()


def _choice(view: NodeView, said: str, tied: list[str]) -> str:
    offered = [one.value for one in view.choices]
    wanted = [said, *(one for one in tied if one == OTHER), *tied, *([] if tied else [OTHER])]
    return next((one for one in wanted if one in offered and one not in NOTHING), "")
