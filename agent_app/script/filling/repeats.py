"""Repeat instances: made, counted, taken away."""

from __future__ import annotations

import math

from agent_app.script.filling import actions, preloads
from agent_app.script.filling.live import Live
from agent_app.script.form import Computation, Seed
from agent_app.script.record import Range, RecordNode

MOST = 100_000
"""No jr:count makes more instances than this."""


def open_ranges(live: Live, node: RecordNode) -> None:
    """A repeat the user may neither add to nor take from has at least one instance."""
    for kid in node.kids:
        if not isinstance(kid, Range):
            open_ranges(live, kid)
            continue
        element = live.form.repeat_element(kid.definition.index)
        fixed = element is not None and element.fixed_count and not element.count
        if fixed and not kid.instances:
            add(live, kid)
        for instance in kid.instances:
            open_ranges(live, instance)


def match_count(live: Live, rank: int, computation: Computation, node: RecordNode) -> None:
    """Make as many instances as jr:count asks for; while it is no number, leave them be."""
    place = node.definition.children.index(computation.node)
    held = node.kids[place]
    assert isinstance(held, Range)
    asked = live.form.counts[rank](live.context(_standing(held)))
    if math.isnan(asked):
        return
    wanted = int(min(max(asked, 0), MOST))
    while len(held.instances) > wanted:
        remove(live, held, len(held.instances) - 1)
    while len(held.instances) < wanted:
        add(live, held)


def _standing(held: Range) -> RecordNode:
    """Where jr:count is evaluated: the repeat's own place, so that ../n is its parent's n."""
    standing = RecordNode(held.definition, "", -1)
    standing.parent = held.parent
    return standing


def add(live: Live, held: Range) -> RecordNode:
    """A new last instance, from the form's own at that place or else the template."""
    place = len(held.instances)
    index = held.definition.index
    template = live.data.templates.get(index) or Seed(index)
    given = place < len(held.seeds)
    node = live.builder.build(held.seeds[place] if given else template)
    held.append(node)
    held.parent.refresh_children()
    open_ranges(live, node)
    _inherit(live, node)
    live.changed.add(node)
    if live.loading:
        preloads.first_load(live, node)
    if not (given and live.loading):
        actions.new_repeat(live, node)
    live.welcome(node)
    return node


def _inherit(live: Live, node: RecordNode) -> None:
    above = held_by(node)
    for below in node.below():
        below.relevant = above.relevant
        below.readonly = above.readonly
        if not below.kids:
            below.stored = live.kept(below, below.stored)
            below.text = below.stored if below.relevant else ""


def held_by(node: RecordNode) -> RecordNode:
    assert isinstance(node.parent, RecordNode)
    return node.parent


def remove(live: Live, held: Range, index: int) -> None:
    """Take the instance at `index`, from 0, away; raises IndexError."""
    node = held.pop(index)
    held.parent.refresh_children()
    live.forget(node)
    live.changed.add(held.parent)
