"""The screens of a script in their order, with a screen for each repeat that may grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent_app.script import Session
from agent_app.script.record import Range, RecordNode


@dataclass(frozen=True)
class Screen:
    """One screen: its questions, or (`repeat`) the offer to add one more instance."""

    ref: str
    label: str
    stage: str
    nodes: tuple[str, ...]
    repeat: bool = False
    forward_only: bool = False


def screens(session: Session) -> list[Screen]:
    """Every screen that can be shown now. Questions drawn by the stop button are no screens."""
    order = {ref: place for place, ref in enumerate(_refs(session, session.record))}
    found = [
        Screen(
            page.ref, page.label, page.stage, page.nodes, forward_only=_one_way(session, page.ref)
        )
        for page in session.pages()
        if not _is_stop(session, page.nodes)
    ]
    shown = {screen.ref for screen in found}
    for held in _ranges(session, session.record):
        view = session.view(held.ref())
        if view.can_add and view.relevant and held.ref() not in shown:
            found.append(Screen(held.ref(), view.label, "", (), repeat=True))
    last = len(order)
    found.sort(key=lambda one: order.get(one.nodes[0] if one.nodes else one.ref, last))
    return _staged(found)


def _staged(found: list[Screen]) -> list[Screen]:
    """An added screen belongs to the stage of the one before it."""
    stage, done = "", []
    for one in found:
        stage = one.stage or stage
        done.append(one if one.stage else Screen(**{**one.__dict__, "stage": stage}))
    return done


def _is_stop(session: Session, nodes: tuple[str, ...]) -> bool:
    return len(nodes) == 1 and session.view(nodes[0]).ds.get("panel") == "stop"


def _one_way(session: Session, ref: str) -> bool:
    if ref.startswith("#"):
        return False
    parts = ref.strip("/").split("/")
    for end in range(2, len(parts) + 1):
        try:
            ds = session.view("/" + "/".join(parts[:end])).ds
        except KeyError:
            continue
        if ds.get("forward_only") in ("yes", "true", "1"):
            return True
    return False


def _refs(session: Session, node: RecordNode) -> Iterator[str]:
    yield node.ref()
    for kid in node.kids:
        if isinstance(kid, Range):
            for instance in kid.instances:
                yield from _refs(session, instance)
            yield kid.ref()
        else:
            yield from _refs(session, kid)


def _ranges(session: Session, node: RecordNode) -> Iterator[Range]:
    for kid in node.kids:
        if isinstance(kid, Range):
            if node.relevant and session.open(node):
                yield kid
            for instance in kid.instances:
                yield from _ranges(session, instance)
        else:
            yield from _ranges(session, kid)
