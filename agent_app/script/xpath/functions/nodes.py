"""Node-sets: instances, the current node, repeats by index, shuffles, choice labels."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence

from agent_app.script.xpath.code import (
    Code,
    Context,
    Run,
    XPathError,
    nodes_of,
    number_of,
    text_of,
)
from agent_app.script.xpath.functions.registry import function, texts
from agent_app.script.xpath.tree import Node
from agent_app.script.xpath.values import number, text

MODULUS = 2_147_483_647


@function("current", 0, 0, "nodes")
def _current(args: Sequence[Code]) -> Run:
    return lambda x: [x.current]


@function("instance", 1, 1, "nodes")
def _instance(args: Sequence[Code]) -> Run:
    read = text_of(args[0])

    def run(x: Context) -> list[Node]:
        found = x.env.instance(read(x))
        return [] if found is None else [found]

    return run


@function("pulldata", 4, 4, "string")
def _pulldata(args: Sequence[Code]) -> Run:
    name, wanted, key, value = texts(args)

    def run(x: Context) -> str:
        document = x.env.instance(name(x))
        if document is None:
            raise XPathError(f"pulldata: no instance named {name(x)!r}")
        column, sought, held = wanted(x), key(x), value(x)
        for root in document.elements():
            for item in root.elements():
                cell = item.child(sought)
                if cell is not None and cell.value() == held:
                    answer = item.child(column)
                    return "" if answer is None else answer.value()
        return ""

    return run


@function("indexed-repeat", 3, None, "nodes")
def _indexed_repeat(args: Sequence[Code]) -> Run:
    target = nodes_of(args[0])
    pairs = [(nodes_of(r), number_of(i)) for r, i in zip(args[1::2], args[2::2], strict=False)]

    def run(x: Context) -> list[Node]:
        found = target(x)
        for repeat, index in pairs:
            place = index(x)
            held = {id(node) for node in repeat(x) if node.position() == place}
            found = [node for node in found if _under(node, held)]
        return found

    return run


def _under(node: Node | None, held: set[int]) -> bool:
    while node is not None:
        if id(node) in held:
            return True
        node = node.parent
    return False


@function("randomize", 1, 2, "nodes")
def _randomize(args: Sequence[Code]) -> Run:
    nodes = nodes_of(args[0])
    seed = args[1].run if len(args) == 2 else None

    def run(x: Context) -> list[Node]:
        found = nodes(x)
        if seed is None:
            return shuffle(found, park_miller(int.from_bytes(x.env.entropy(4), "big")))
        value = seed(x)
        count = number(value, x.env.zone)
        start = _whole_seed(count, text(value))
        return shuffle(found, park_miller(start))

    return run


def _whole_seed(count: float, words: str) -> int:
    if math.isnan(count):
        return _hashed(words) if words else 0
    return int(max(min(count, 2.0**63 - 1), -(2.0**63)))


def _hashed(words: str) -> int:
    """A seed from any text: the first eight bytes of its SHA-256, signed."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big", signed=True)


def park_miller(seed: int) -> Callable[[], float]:
    """Numbers in [0, 1) from the minimal standard generator ODK names for shuffles."""
    state = abs(seed) % MODULUS * (1 if seed >= 0 else -1)
    if state <= 0:
        state += MODULUS - 1

    def step() -> float:
        nonlocal state
        state = state * 16_807 % MODULUS
        return (state - 1) / (MODULUS - 1)

    return step


def shuffle(nodes: list[Node], step: Callable[[], float]) -> list[Node]:
    """Fisher-Yates, the inside-out way."""
    out: list[Node] = []
    for index, node in enumerate(nodes):
        at = int(step() * (index + 1))
        if at == index:
            out.append(node)
        else:
            out.append(out[at])
            out[at] = node
    return out


@function("jr:choice-name", 2, 2, "string")
def _choice_name(args: Sequence[Code]) -> Run:
    value, path = text_of(args[0]), args[1]

    def run(x: Context) -> str:
        held = path.run(x)
        node = held[0] if isinstance(held, list) and held else None
        where = "" if isinstance(held, list) else text(held)
        return x.env.choice_name(node or x.node, where, value(x))

    return run
