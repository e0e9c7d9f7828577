"""From a changed node to the nodes that read it: the way each edge of the graph goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agent_app.script.form import ATTRIBUTE, REPEAT, Computation
from agent_app.script.graph.shape import Shape


class Reader(NamedTuple):
    """One computation that reads a node, and the way to the nodes it must be computed for.

    `slot` is the one node there is, or -1. Else climb `up` from the changed node, then go down
    by `places` to the one node; where `places` is None, all its nodes below there are meant.
    """

    rank: int
    slot: int
    up: int
    places: tuple[int, ...] | None


def reader_of(
    shape: Shape, computations: Sequence[Computation], source: int, rank: int, scope: int
) -> Reader:
    """The way along the edge from `source` to a computation, within the instance of `scope`."""
    computation = computations[rank]
    target = computation.node
    node = shape.nodes[target]
    if computation.aspect != "count" and not node.repeats and node.kind != REPEAT:
        return Reader(rank, target, 0, None)
    up = _distance(shape, source, max(scope, 0))
    places = None
    if scope >= 0 and computation.aspect != "count":
        places = _places(shape, scope, target)
    return Reader(rank, -1, up, places)


def _distance(shape: Shape, below: int, above: int) -> int:
    """How many steps up from one definition to another; to the root when it is not above."""
    steps = 0
    while below != above and shape.nodes[below].parent >= 0:
        below = shape.nodes[below].parent
        steps += 1
    return steps


def _places(shape: Shape, scope: int, target: int) -> tuple[int, ...] | None:
    """The child places from `scope` down to `target`; None where there may be many of it."""
    found: list[int] = []
    while target != scope:
        node = shape.nodes[target]
        if node.kind in (REPEAT, ATTRIBUTE) or node.parent < 0:
            return None
        found.append(shape.nodes[node.parent].children.index(target))
        target = node.parent
    return tuple(reversed(found))
