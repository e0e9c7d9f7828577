"""The dependency graph: who must be computed after whom, and what an answer touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_app.script.form import Computation
from agent_app.script.reads import Read, Reader
from agent_app.script.shape import Shape
from agent_app.script.xpath.parser import Ast

WRITES = frozenset({"relevant", "calculate", "itemset", "count"})
"""Aspects that change what other expressions read; the rest only show."""


class Cycles(Exception):
    """Computations that wait for each other; each cycle ends where it began."""

    def __init__(self, cycles: Sequence[Sequence[Computation]]) -> None:
        self.cycles = cycles
        super().__init__(f"{len(cycles)} cycles")


def order(
    computations: Sequence[Computation], syntax: Mapping[str, Ast], shape: Shape
) -> tuple[list[Computation], dict[int, list[tuple[int, int]]]]:
    """The computations sorted so that each follows what it reads, and the edges of each node.

    Raises Cycles with the computations of every cycle.
    """
    reads = [_reads(each, syntax, shape) for each in computations]
    after = _followers(computations, reads, shape)
    ranked = _sort(computations, after)
    rank = {old: new for new, old in enumerate(ranked)}
    edges: dict[int, list[tuple[int, int]]] = {}
    for old, found in enumerate(reads):
        for read in found:
            entry = (rank[old], read.scope)
            held = edges.setdefault(read.node, [])
            if entry not in held:
                held.append(entry)
    return [computations[old] for old in ranked], edges


def _reads(computation: Computation, syntax: Mapping[str, Ast], shape: Shape) -> set[Read]:
    found = Reader(shape, computation.node).collect(syntax[computation.expression])
    if computation.aspect in ("constraint", "required"):
        chain = shape.chain(computation.node)
        found.add(Read(computation.node, chain[-1] if chain else -1, False))
    return found


def _followers(
    computations: Sequence[Computation], reads: Sequence[set[Read]], shape: Shape
) -> list[dict[int, bool]]:
    """For each computation, who must come after it; True where in the same instance for sure."""
    writers: dict[int, list[int]] = {}
    for number, each in enumerate(computations):
        if each.aspect not in WRITES:
            continue
        touched = (
            [each.node] if each.aspect in ("calculate", "itemset") else shape.subtree(each.node)
        )
        for node in touched:
            writers.setdefault(node, []).append(number)
    after: list[dict[int, bool]] = [{} for _ in computations]
    for number, found in enumerate(reads):
        for read in found:
            for writer in writers.get(read.node, ()):
                if _same_step(computations, writer, number, read):
                    continue
                strict = (
                    read.sure
                    and computations[writer].aspect != "count"
                    and not (read.across and _own_repeat(computations[number].node, read, shape))
                )
                after[writer][number] = after[writer].get(number, False) or strict
        if computations[number].aspect == "relevant":
            continue
        for writer in writers.get(computations[number].node, ()):
            if computations[writer].aspect == "relevant" and writer != number:
                after[writer].setdefault(number, True)
    return after


def _same_step(computations: Sequence[Computation], writer: int, number: int, read: Read) -> bool:
    """Sinks may read what they judge; a count may read the instances it makes."""
    return writer == number and computations[number].aspect in ("count", "itemset")


def _own_repeat(node: int, read: Read, shape: Shape) -> bool:
    return shape.shared_repeat(read.node, node) >= 0


def _sort(computations: Sequence[Computation], after: Sequence[dict[int, bool]]) -> list[int]:
    """Topological order by Tarjan's components; raises Cycles where a cycle is certain."""
    components = _components([list(each) for each in after])
    cycles = []
    ordered: list[int] = []
    for component in reversed(components):
        members = set(component)
        strict = {
            n: [m for m, sure in after[n].items() if sure and m in members] for n in component
        }
        cycle = _cycle(strict)
        if cycle:
            cycles.append([computations[n] for n in cycle])
        ordered += sorted(component)
    if cycles:
        raise Cycles(cycles)
    return ordered


def _components(graph: Sequence[Sequence[int]]) -> list[list[int]]:
    """Strongly connected components, followers first (Tarjan, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    held: set[int] = set()
    found: list[list[int]] = []
    for start in range(len(graph)):
        if start in index:
            continue
        work = [(start, iter(graph[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        held.add(start)
        while work:
            node, edges = work[-1]
            for follower in edges:
                if follower not in index:
                    index[follower] = low[follower] = len(index)
                    stack.append(follower)
                    held.add(follower)
                    work.append((follower, iter(graph[follower])))
                    break
                if follower in held:
                    low[node] = min(low[node], index[follower])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_pop_component(stack, held, node))
    return found


def _pop_component(stack: list[int], held: set[int], root: int) -> list[int]:
    component = []
    while True:
        member = stack.pop()
        held.discard(member)
        component.append(member)
        if member == root:
            return component


def _cycle(graph: Mapping[int, Sequence[int]]) -> list[int]:
    """One cycle in a small graph, or an empty list."""
    done: set[int] = set()
    for start in graph:
        trail: list[int] = []
        work = [(start, iter(graph[start]))]
        on_trail = {start}
        trail.append(start)
        while work:
            node, edges = work[-1]
            for follower in edges:
                if follower in on_trail:
                    return [*trail[trail.index(follower) :], follower]
                if follower not in done:
                    trail.append(follower)
                    on_trail.add(follower)
                    work.append((follower, iter(graph[follower])))
                    break
            else:
                work.pop()
                done.add(node)
                on_trail.discard(node)
                trail.pop()
    return []
